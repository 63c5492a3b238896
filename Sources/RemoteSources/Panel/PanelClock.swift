import FoundationEssentials
import SlotStats

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
  /// The panel's clock when it gave the list; `nil` where it does not say.
  private let panel: Date?
  /// How much older than the list the oldest answer is that everything shown needs, in seconds.
  private(set) var lag: TimeInterval = 0

  /// Takes the panel's word where it is too far off to be the same moment: figures are as old as the panel says.
  init(began: Date, panel: Date?) {
    (self.began, instant, self.panel) = (began, began, panel)
    guard let panel else { return }
    lead = panel.timeIntervalSince(began)
    if lead < -Self.toleratedLag || lead > Self.toleratedLead { instant = panel }
  }

  /// The instant that everything shown describes: an answer that was kept on the way is as old as it says.
  var dataInstant: Date { instant.addingTimeInterval(-lag) }

  /// What a reading describes that begins then.
  func instant(at began: Date) -> Date { began.addingTimeInterval(instant.timeIntervalSince(self.began)) }

  /// Takes a later reading, which describes another instant, without a new look at the panel's clock.
  mutating func move(to began: Date, instant: Date) { (self.began, self.instant) = (began, instant) }

  /// How much older than the list an answer of this `Date` is, in seconds; 0 where they are of one moment.
  func age(of date: Date?) -> TimeInterval {
    guard let panel, let date else { return 0 }
    let age = panel.timeIntervalSince(date)
    return age > Self.toleratedLead ? age : 0
  }

  /// Takes note of an answer that everything shown needs.
  mutating func needs(_ date: Date?) { lag = max(lag, age(of: date)) }

  /// What a person should know; `nil` where both clocks agree.
  var notice: String? {
    guard abs(lead) > Self.toleratedLead else { return nil }
    return "the panel's clock is \(Self.text(abs(lead))) \(lead < 0 ? "behind" : "ahead")"
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
