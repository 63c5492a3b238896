import FoundationEssentials
import SlotStats
import TerminalUI

/// What the verdict says of the last hour, where the source has minutes.
extension Headline {
  /// `4 of 30 rising: slot-026 slot-019 …`, `29 of 30 rising, all meridian`: as many as `room` has columns for; nothing
  /// where no more than three rise, whom ``contributors(room:)`` names.
  func rising(room: Int) -> String? {
    guard let rising = figures.contributors.rising, rising.ids.count > Self.namedRising else { return nil }
    let kind = fleet.speaksOfRecent ? fleet.global.recent?.leadingKind : fleet.global.leadingKind
    let count =
      "\(NumberText.count(rising.ids.count)) of \(NumberText.count(rising.of)) rising"
      + (kind.map { " (\($0.word))" } ?? "")
    if TerminalText.width(count) > room { return nil }
    if let provider = rising.provider {
      let name = TerminalText.fitted(provider.id, width: min(16, TerminalText.width(provider.id)))
      let share = provider.count == rising.ids.count ? "all" : NumberText.count(provider.count)
      let text = "\(count), \(share) \(name)"
      if TerminalText.width(text) <= room { return text }
    }
    var text = count
    for (index, id) in rising.ids.enumerated() {
      let next = text + (index == 0 ? ": " : " ") + Self.short(id)
      let more = index + 1 < rising.ids.count ? " …" : ""
      guard TerminalText.width(next + more) <= room else { return index == 0 ? text : text + " …" }
      text = next
    }
    return TerminalText.width(text) <= room ? text : nil
  }

  /// The slots that are named by themselves.
  private static var namedRising: Int { 3 }

  /// Those of up to three that rise without a mark, where the day's figures hide them: `rising: slot-014 8.4% of the last
  /// hour (7/83)`.
  func risingUnmarked(room: Int) -> String? {
    guard let rising = figures.contributors.rising, rising.ids.count <= Self.namedRising else { return nil }
    let hidden = rising.ids.compactMap { id in
      fleet.slots.first { $0.id == id && !$0.series.state.isMarked }
    }
    guard let first = hidden.first, let recent = first.series.recent else { return nil }
    let name = "rising: \(Self.short(first.id))"
    let counts = "\(NumberText.count(recent.counters.shownFailures))/\(NumberText.runs(recent.counters))"
    let forms = [
      "\(name) \(NumberText.percent(recent.counters))% in the \(recent.spanWords) (\(counts))",
      "\(name) \(NumberText.percent(recent.counters))% (\(counts))", name,
    ]
    return forms.first { TerminalText.width($0) <= room }
  }

  /// `still failing`, or when the last failure of the last hour was; of all slots together.
  var goesOn: String? {
    guard let minutes = state.shown?.metrics(nil, by: .minute), let now = minutes.last,
      let last = minutes.last(where: { $0.counters.failureCount > 0 })
    else { return nil }
    let ago = now.periodStart.timeIntervalSince(last.periodStart)
    return ago < Self.goesOnWithin ? "still failing" : "last failure \(state.zone.civil(last.periodStart).time)"
  }

  /// A failure within so many seconds means that it goes on.
  private static var goesOnWithin: TimeInterval { 300 }

  /// Draws the line below a verdict on the last hour: who rises, what came in the last minutes, and what the bucket says.
  func drawBelow(on surface: inout Surface, row: Int) {
    let room = surface.size.columns - 5
    let today = SpokenSample(fleet.global, words, ofRecent: false)
    let bucket =
      today.counters.totalRuns == 0 ? nil : "\(today.period.after) \(NumberText.percent(today.counters))%"
    let recent = state.recentText()
    let gap = "   "
    // The longest of what fits: first the bucket goes, then the last minutes.
    let tails = [
      [recent?.long, bucket], [recent?.short, bucket], [recent?.short], [],
    ].map { $0.compactMap(\.self).joined(separator: gap) }
    let full = rising(room: room) ?? stalled(room: room) ?? ""
    let least = full.isEmpty ? 0 : min(TerminalText.width(full), Self.leastRising)
    let tail = tails.first { TerminalText.width($0) + (least > 0 ? least + gap.utf8.count : 0) <= room } ?? ""
    let left = room - TerminalText.width(tail) - (tail.isEmpty ? 0 : gap.utf8.count)
    let text = [rising(room: left) ?? stalled(room: left), tail].compactMap(\.self).filter { !$0.isEmpty }.joined(
      separator: gap)
    surface.put(text, row: row, column: 4)
  }

  /// The columns that who rises has before anything else gets some.
  private static var leastRising: Int { 40 }

  /// `8 of 30 stalled: slot-014 58 open, oldest 40 min`: how many do not work off what comes in, and the worst of them.
  private func stalled(room: Int) -> String? {
    guard let count = figures.counts[.stalled], let worst = figures.contributors.stalled else { return nil }
    let active = figures.severities.count - (figures.counts[.off] ?? 0)
    let short = "\(NumberText.count(count)) of \(NumberText.count(active)) stalled: \(Self.short(worst.id))"
    return ["\(short) \(openText(worst))", short].first { TerminalText.width($0) <= room }
  }

  /// `58 open, oldest 40 min`, `267 of 461 open`.
  func openText(_ stalled: FailureContributors.Stalled) -> String {
    guard let oldest = stalled.oldest else { return NumberText.open(stalled.open, of: stalled.ingest) }
    let age = AgeText.text(seconds: max(0, data.timeIntervalSince(oldest)))
    return "\(NumberText.count(stalled.open)) open, oldest \(age)"
  }

  /// Draws what stands in place of a verdict while no events come, or surely too few.
  /// - Returns: `false` where that is not so.
  func drawSilence(on surface: inout Surface, row: Int) -> Bool {
    guard let text = silence else { return false }
    surface.put(SlotState.quiet.rowMark, row: row, column: 1, style: Style(.warning, strong: true))
    _ = surface.put(whole: text, row: row, column: 4, style: .strong)
    return true
  }

  private var silence: String? {
    switch state.trust.reason {
    case .nothingCame(let seconds):
      let pace = fleet.global.recent?.pace.map {
        ", usual \(NumberText.perMinute($0.usual, QuietRule.minutes)) a minute"
      }
      let end = state.newest?.reading.newestEventAt.map { "; figures end at \(state.zone.civil($0).time)" }
      return "no events for \(AgeText.text(seconds: seconds))\(pace ?? "")\(end ?? "")"
    case .fewCame(let pace):
      let usual = NumberText.count(Int(min(pace.usual.rounded(), 1e15)))
      return "only \(NumberText.count(pace.runs)) jobs ended in \(QuietRule.minutes) min, usual \(usual)"
    default: return nil
    }
  }
}

extension NumberText {
  /// `19`, `0.7`: so many in `minutes`, by the minute.
  fileprivate static func perMinute(_ count: Double, _ minutes: Int) -> String {
    let rate = count / Double(minutes)
    return rate >= 10
      ? NumberText.count(Int(min(rate.rounded(), 1e15))) : decimal(Int((rate * 10).rounded()), places: 1)
  }
}
