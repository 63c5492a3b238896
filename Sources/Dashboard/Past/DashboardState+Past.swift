import FoundationEssentials
import SlotStats
import StatsFormats

/// What is shown of the past, and what of it is being read.
struct PastView: Equatable, Sendable {
  /// Everything as it was; `nil` while the present is shown.
  var fleet: Fleet?
  /// What is to be read next; `nil` for nothing.
  var wanted: PastWish?
  /// What is being read; there is never more than one read.
  var underWay: PastWish?
  /// Whether nobody wants to see what is being read any more.
  var isDropped = false

  /// Whether the past is shown, or about to be.
  var isSought: Bool { fleet != nil || wanted != nil || (underWay != nil && !isDropped) }
}

extension DashboardState {
  /// Whether the past is shown.
  package var isPast: Bool { past.fleet != nil }

  /// Goes so many buckets of the window on show back, or forth; steps that come while one is read add up.
  mutating func stepInTime(by count: Int) {
    guard let shown = past.fleet ?? newest else { return say("nothing has been read yet") }
    let pending = past.wanted ?? (past.isDropped ? nil : past.underWay)
    var wish = pending ?? PastWish(from: min(shown.generatedAt, now.wall))
    wish.step(window, by: count)
    past.wanted = wish
  }

  /// Goes to the instant that was typed.
  /// - Returns: why the text names none; `nil` where it does.
  mutating func goBack(to text: String) -> String? {
    let zone = zone
    guard let instant = PastInstant(text)?.date(now: now.wall, offset: { zone.offset(at: $0) }) else {
      return "give a time such as 03:10, 2026-11-23 03:10 or -2h"
    }
    guard instant <= now.wall else { return "that lies in the future" }
    past.wanted = PastWish(from: instant)
    return nil
  }

  /// Back to the present; what is being read is no longer wanted.
  mutating func leavePast() {
    past.isDropped = past.underWay != nil
    past.wanted = nil
    guard past.fleet != nil else { return }
    past.fleet = nil
    arrange()
  }

  /// Starts the read of what is wanted, unless one is under way.
  mutating func startPastRead() -> [Effect] {
    guard past.underWay == nil, let wish = past.wanted else { return [] }
    past.underWay = wish
    past.wanted = nil
    past.isDropped = false
    return [.readPast(wish, opening: window)]
  }

  /// A read of the past ended. What came between two steps is shown, what failed there is not said.
  mutating func take(_ outcome: PastOutcome) {
    let isWanted = !past.isDropped
    past.underWay = nil
    past.isDropped = false
    guard isWanted else { return }
    switch outcome {
    case .fleet(let fleet):
      past.fleet = fleet
      if !fleet.has(window), fleet.has(.standard) {
        notice = Notice(text: "no \(window.rawValue)s are kept of then", at: now.uptime, isLasting: true)
        window = .standard
      }
      arrange()
    case .now where past.wanted == nil:
      leavePast()
      say("this is now; nothing is later")
    case .failed(let cause) where past.wanted == nil: notice = Notice(text: cause, at: now.uptime, isLasting: true)
    case .now, .failed: break
    }
  }

  // MARK: What is drawn

  /// The state that a frame is drawn from: as it was then, by the clock of then, while the past is shown.
  var seen: DashboardState {
    guard let fleet = past.fleet else { return self }
    var seen = self
    seen.newest = fleet
    seen.held = nil
    seen.history = RecentHistory()
    // What failures say, what is acknowledged and which rules fire is told of the present.
    (seen.notes.told, seen.standing) = (nil, nil)
    seen.now.wall = fleet.generatedAt
    seen.troubleOfNow = pastTrouble
    seen.pastTitle = pastLabel
    return seen
  }

  /// What the first line says in place of the trust word: `PAST 03:10`, with the day where it is not today; `nil` in the
  /// present.
  var pastLabel: String? {
    guard let instant = past.fleet?.generatedAt else { return nil }
    let (then, today) = (zone.civil(instant), zone.civil(now.wall))
    if then.isoDate == today.isoDate { return "PAST \(then.time)" }
    let year = then.year == today.year ? "" : " \(then.year)"
    return "PAST \(then.weekdayName) \(then.dayAndMonth)\(year) \(then.time)"
  }

  /// How long ago that is: `5 h ago`.
  var pastAge: String? {
    past.fleet.map { AgeText.text(seconds: now.wall.timeIntervalSince($0.generatedAt)) + " ago" }
  }

  /// Why the present could not be believed while the past is shown, which has nothing to do with it: `now LOST: …`.
  var pastTrouble: String? {
    guard past.fleet != nil else { return nil }
    let trust = trust
    if trust.word == .live || trust.word == .wait { return nil }
    var present = self
    present.past = PastView()
    let words = schedule.failure ?? HeaderLine(state: present).details(trust).map(\.text).joined(separator: ", ")
    return "now \(trust.word.rawValue.uppercased()): \(words)"
  }
}
