import FoundationEssentials
import SlotStats

/// When an answer was made, by its own word.
struct PanelStamp: Hashable, Sendable {
  /// The panel's clock then; `nil` where it does not say.
  var date: Date?
  /// How long a cache has kept it since, in seconds.
  var age: TimeInterval = 0

  /// The same, as old as the older of both.
  func orOlder(_ other: PanelStamp) -> PanelStamp { PanelStamp(date: date, age: max(age, other.age)) }
}

/// Which instant a panel's answers describe, by its clock and ours.
struct PanelClock: Hashable, Sendable {
  /// How far the panel's clock may be behind ours without meaning anything: `Date` is in whole seconds.
  static let toleratedLag: TimeInterval = 2
  /// How far it may be ahead; from there on, either way, a person is told.
  static let toleratedLead: TimeInterval = 60

  /// When the reading began, by the wall clock here.
  var began: Date
  /// What the data describes.
  var instant: Date
  /// How far the panel's clock is ahead, in seconds; negative where it is behind.
  var lead: TimeInterval = 0
  /// The panel's clock when the reading began; `nil` where it does not say.
  private let panel: Date?
  /// Whether the panel's word counts at all.
  private let isTrusted: Bool
  /// How old the oldest answer is that everything shown needs, in seconds, where it is older than the reading.
  private(set) var lag: TimeInterval = 0
  /// Whether a cache gave it.
  private var isKept = false

  /// Takes the panel's word where it is too far off to be the same moment: figures are as old as the panel says.
  ///
  /// A cache passes the panel's `Date` on, or writes its own, and tells the age besides: the panel's clock is then
  /// anywhere between the two, and taken to agree with ours where it may. Without a stamp of the list neither is looked
  /// at. How old the list itself is says nothing of the statistics.
  init(began: Date, list: PanelStamp?) {
    (self.began, instant, isTrusted) = (began, began, list != nil)
    guard let list, let date = list.date else {
      panel = nil
      return
    }
    let earliest = date.timeIntervalSince(began)
    lead = earliest > 0 ? earliest : min(earliest + list.age, 0)
    panel = began.addingTimeInterval(lead)
    if lead < -Self.toleratedLag || lead > Self.toleratedLead { instant = began.addingTimeInterval(lead) }
  }

  /// The instant that everything shown describes: an answer that was kept on the way is as old as it says.
  var dataInstant: Date { instant.addingTimeInterval(-lag) }

  /// What a reading describes that begins then.
  func instant(at began: Date) -> Date { began.addingTimeInterval(instant.timeIntervalSince(self.began)) }

  /// Takes a later reading, which describes another instant, without a new look at the panel's clock.
  mutating func move(to began: Date, instant: Date) { (self.began, self.instant) = (began, instant) }

  /// How old an answer was when the reading began, in seconds; 0 where they are of one moment. It is as old as a cache
  /// says or as its `Date` does, whichever is more, and never both (RFC 9111, 4.2.3).
  func age(of stamp: PanelStamp) -> TimeInterval {
    guard isTrusted else { return 0 }
    let apparent = panel.flatMap { panel in stamp.date.map { panel.timeIntervalSince($0) } } ?? 0
    if stamp.age > Self.toleratedLag { return max(stamp.age, apparent) }
    return apparent > Self.toleratedLead ? apparent : 0
  }

  /// Takes note of an answer that everything shown needs.
  mutating func needs(_ stamp: PanelStamp) {
    let age = age(of: stamp)
    guard age > lag else { return }
    (lag, isKept) = (age, stamp.age > Self.toleratedLag)
  }

  /// ``lead`` where it is far enough off to be told.
  var toldLead: TimeInterval? { abs(lead) > Self.toleratedLead ? lead : nil }

  /// What a person should know; `nil` where both clocks agree and nothing was kept on the way.
  var notice: String? {
    var words: [String] = []
    if isKept { words.append("answer from a cache, \(AgeText.text(seconds: lag)) old") }
    if let lead = toldLead {
      words.append("the panel's clock is \(Self.text(abs(lead))) \(lead < 0 ? "behind" : "ahead")")
    }
    return words.isEmpty ? nil : words.joined(separator: "; ")
  }

  /// The nearest whole number of the largest unit of which there are two, or a day from about a day on.
  private static func text(_ seconds: TimeInterval) -> String {
    let units: [(from: TimeInterval, length: TimeInterval, name: String)] = [
      (84_600, 86_400, "d"), (7_200, 3_600, "h"), (120, 60, "min"), (0, 1, "s"),
    ]
    guard let unit = units.first(where: { seconds >= $0.from }) else { return "" }
    return "\(Int(min(seconds / unit.length, 1e9).rounded())) \(unit.name)"
  }
}
