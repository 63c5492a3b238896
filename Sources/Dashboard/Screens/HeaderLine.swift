import FoundationEssentials
import SlotStats
import TerminalUI

/// The first line: what is shown, and whether it can be believed.
struct HeaderLine {
  let state: DashboardState

  /// Where the trust word stands from the right edge while all is well, so that a growing age moves nothing.
  private static let trustFromRight = 42

  func draw(on surface: inout Surface) {
    let columns = surface.size.columns
    let clock = "\(state.zone.civil(state.now.wall).time) \(state.zone.name(at: state.now.wall))"
    let trust = state.trust
    let word = pastWords ?? trust.word.rawValue.uppercased()
    let pause = isPaused ? " PAUSED" : ""
    var details = self.details(trust)

    // What has no room goes: first the clock, then the details from their end.
    let clockStart = columns - 1 - clock.utf8.count
    let hasClock = clockStart > 24
    let end = hasClock ? clockStart - 1 : columns
    let least = 1 + word.utf8.count + pause.utf8.count
    let kept = keptTitle(columns: columns)
    while !details.isEmpty, least + 2 + Self.width(details) + kept > end { details.removeLast() }
    let text = details.map(\.text).filter { !$0.isEmpty }.joined(separator: ", ")
    let length = word.utf8.count + pause.utf8.count + (details.isEmpty ? 0 : 2 + Self.width(details))
    let natural = hasClock ? min(columns - Self.trustFromRight, end - length) : end - length
    let start = max(1, natural, min(kept, end - length))

    drawTitle(on: &surface, width: start - 2)
    var column = start
    column += surface.put(word, row: 0, column: column, style: state.isPast ? .turned : style(trust.word))
    if isPaused {
      column += 1
      column += surface.put("PAUSED", row: 0, column: column, style: Style(.text, reverse: true))
    }
    surface.put(text, row: 0, column: column + 2, width: max(0, end - column - 2))
    if hasClock { surface.put(clock, row: 0, column: clockStart, style: .quiet) }
  }

  /// `PAST 03:10, 5 h ago`, the age where there is room.
  private var pastWords: String? {
    guard let label = state.pastLabel, state.size.columns >= 50 else { return state.pastLabel }
    return state.pastAge.map { "\(label), \($0)" } ?? label
  }

  /// What is past stands still anyway.
  private var isPaused: Bool { state.isPaused && !state.isPast }

  /// One of the things beside the trust word, with the columns kept for it, so that it may grow and nothing moves.
  struct Detail {
    var text: String
    var width: Int

    init(_ text: String, width: Int = 0) {
      self.text = text
      self.width = max(width, TerminalText.width(text))
    }
  }

  /// The columns of `data 119 s old`, the longest age before minutes.
  private static let ageWidth = 14
  /// The columns of `last event 119 s ago`.
  private static let eventWidth = 20
  private static let newerWidth = "99 newer readings".utf8.count

  private static func width(_ details: [Detail]) -> Int { details.reduce(-2) { $0 + 2 + $1.width } }

  private func style(_ word: TrustWord) -> Style {
    switch word {
    case .live: .live
    case .wait: .quiet
    case .late, .silent, .stale, .lost: .turned
    }
  }

  /// The columns that details may not take from the title.
  private func keptTitle(columns: Int) -> Int {
    let invented = state.options.isSynthetic ? TerminalText.width(state.options.sourceLabel) + 3 : 0
    return max(columns >= 60 ? 14 : 1, invented)
  }

  /// The program's name and the source; where that has no room, the source alone.
  private func drawTitle(on surface: inout Surface, width: Int) {
    let name = " slotwatch  "
    let label = state.options.sourceLabel
    let room = width - name.utf8.count
    if room >= min(TerminalText.width(label), 8) {
      surface.put(name, row: 0, column: 0, style: .quiet)
      surface.put(TerminalText.fitted(label, width: room), row: 0, column: name.utf8.count)
    } else if width > 4 {
      surface.put(TerminalText.fitted(label, width: width - 1), row: 0, column: 1)
    }
  }

  /// What stands beside the trust word, in the order in which it matters.
  func details(_ trust: Trust) -> [Detail] {
    if state.isPast { return [] }
    if let held = state.held {
      let readings = held.newer == 1 ? "1 newer reading" : "\(NumberText.count(held.newer)) newer readings"
      return [
        Detail(state.instantText(held.fleet.generatedAt)), Detail(readings, width: Self.newerWidth),
      ]
    }
    guard let generatedAt = state.newest?.generatedAt else {
      return trust.word == .lost ? [Detail("nothing read yet"), retry] : [Detail("reading")]
    }
    let seconds = state.now.wall.timeIntervalSince(generatedAt)
    let age = Detail("data \(AgeText.text(seconds: seconds)) old", width: Self.ageWidth)
    switch trust.reason {
    case .none, .nothingRead: return newestEvent ?? [age, progress ?? Detail("every \(state.schedule.interval) s")]
    case .readFailed: return [age, retry]
    case .dataAhead(let seconds):
      return [Detail("data \(AgeText.text(seconds: seconds)) ahead"), Detail("the source's clock is wrong")]
    case .dataOld: return [age, Detail(reasonOfAge)]
    case .eventsOld, .nothingCame, .fewCame: return newestEvent ?? [age]
    case .readsMissed(let count):
      return [age, Detail(count == 1 ? "1 read missed" : "\(NumberText.count(count)) reads missed")]
    }
  }

  /// Why data is old, as far as anybody can tell.
  private var reasonOfAge: String {
    if state.trust.isOfClock(leading: state.newest?.reading.clockLead) { return "the source's clock is wrong" }
    return state.sourceMovesOn ? "late, or a wrong clock" : "source has stopped"
  }

  /// Of a source that knows its events, which is read now whatever the age of what it holds: when it last got one.
  private var newestEvent: [Detail]? {
    guard let at = state.newest?.reading.newestEventAt else { return nil }
    return [
      Detail(AgeText.lastEvent(secondsAgo: state.now.wall.timeIntervalSince(at)), width: Self.eventWidth),
      progress ?? Detail("read every \(state.schedule.interval) s"),
    ]
  }

  /// `312 of 10,000 read`, while a source that is read slot by slot has not given every slot.
  private var progress: Detail? {
    guard let reading = state.newest?.reading else { return nil }
    let unread = reading.gaps.unknownCount(in: state.window)
    guard unread > 0 else { return nil }
    let all = NumberText.count(reading.slots.count)
    return Detail("\(NumberText.count(reading.slots.count - unread)) of \(all) read", width: 2 * all.utf8.count + 9)
  }

  /// When the source is asked again; nothing while it is being asked.
  private var retry: Detail {
    let width = "trying again in \(state.schedule.interval) s".utf8.count
    guard !state.schedule.isReading, state.schedule.failure != nil else { return Detail("", width: width) }
    let seconds = Int((state.schedule.dueAt - state.now.uptime).seconds.rounded(.up))
    return Detail(seconds > 0 ? "trying again in \(seconds) s" : "trying again", width: width)
  }
}

extension DashboardState {
  /// Whether old data still becomes newer from reading to reading: a source that has stopped gives the same again.
  var sourceMovesOn: Bool {
    guard let advancedAt else { return false }
    let limit = StaleAfter(chosen: options.staleAfter, of: newest?.reading).dataAge
    return (now.uptime - advancedAt).seconds < limit
  }
}

extension Style {
  /// What must not be overlooked in the first line.
  fileprivate static let turned = Style(.text, strong: true, reverse: true)
}
