import FoundationEssentials
import SlotStats
import TerminalUI

/// The verdict on all slots: how many fail, in what sample, what is usual, and who holds the failures above that.
struct Headline {
  let state: DashboardState
  let fleet: JudgedFleet
  let figures: FleetFigures
  let words: PeriodWords

  init(_ state: DashboardState, shown: Fleet) {
    self.state = state
    fleet = state.standing?.rest ?? shown[state.window]
    figures = state.figures ?? shown.figures(state.window)
    words = PeriodWords(fleet, now: state.now.wall, zone: state.zone)
  }

  // MARK: The verdict

  func draw(on surface: inout Surface, row: Int) {
    if drawSilence(on: &surface, row: row) { return }
    let gap = String(repeating: " ", count: surface.size.columns < 120 ? 2 : 3)
    let sample = SpokenSample(fleet.global, words, ofRecent: fleet.speaksOfRecent)
    // Of a source with minutes the line carries the worst mark that any slot has.
    let mark = fleet.global.recent == nil ? fleet.global.state : fleet.worstState
    var column = Self.drawVerdict(sample, mark: mark, isKnown: isKnown(mark), on: &surface, row: row)
    var notes = state.generalAlert.map { [$0] } ?? []
    if let usual = sample.usual { notes.append("usual \(NumberText.percent(usual))%") }
    let edge = surface.size.columns - 1
    for note in notes where column + gap.utf8.count + note.utf8.count <= edge {
      column += surface.put(gap + note, row: row, column: column)
    }
    let since = state.sinceText(nil).map { since in
      fleet.speaksOfRecent ? goesOn.map { "\(since), \($0)" } ?? since : since
    }
    if mark.isMarked, let since {
      // Where it fails is worth more than since when.
      let room = edge + 1 - column - gap.utf8.count
      let left = room - since.utf8.count - gap.utf8.count
      if left >= 0, contributors(room: room).isEmpty || !contributors(room: left).isEmpty {
        column += surface.put(gap + since, row: row, column: column)
      }
    }
    let end = drawContributors(on: &surface, row: row, after: column, gap: gap)
    if let note = without, column + gap.utf8.count + TerminalText.width(note) + 3 <= end {
      surface.put(gap + note, row: row, column: column)
    }
  }

  /// Draws mark, ratio, sample, without colours where that is known; returns the column after it.
  static func drawVerdict(
    _ sample: SpokenSample, mark: SlotState, isKnown: Bool = false, bounds: String = "", on surface: inout Surface,
    row: Int, column: Int = 1
  ) -> Int {
    let counters = sample.counters
    let strong = Style(mark.isMarked && !isKnown ? mark.tone : .text, strong: true)
    if isKnown {
      surface.put(" " + Acknowledgement.mark, row: row, column: column, style: .quiet)
    } else {
      surface.put(mark == .ok ? "" : mark.rowMark, row: row, column: column, style: strong)
    }
    var x = column + 3
    guard mark != .unread else { return x + surface.put("not read yet", row: row, column: x, style: .strong) }
    guard counters.totalRuns > 0 else {
      let open = counters.open > 0 ? ", \(NumberText.count(counters.open)) open" : ""
      let text = "no runs \(sample.period.before.map { "in the \($0)" } ?? sample.period.after)\(open)"
      return x + surface.put(whole: text, row: row, column: x, style: .strong)
    }
    if let before = sample.period.before { x += surface.put(before + " ", row: row, column: x, style: .strong) }
    x += surface.put(NumberText.percent(counters) + "%", row: row, column: x, style: strong)
    let counts = "(\(NumberText.count(counters.shownFailures))/\(NumberText.runs(counters)))"
    let few = sample.state == .few ? ", too few to judge" : ""
    let period = sample.period.after.isEmpty ? "" : sample.period.after + " "
    let text = " failed \(period)\(counts)\(few)\(bounds)"
    return x + surface.put(whole: text, row: row, column: x, style: .strong)
  }

  /// Whether the mark is that of all slots together alone, and those are acknowledged.
  private func isKnown(_ mark: SlotState) -> Bool {
    state.acknowledgement(nil) != nil && !fleet.slots.contains { $0.series.state == mark }
  }

  /// `without slot-011 14.2%`, where one slot has over half of all failures.
  private var without: String? {
    guard let rest = figures.contributors.withoutDominant else { return nil }
    return "without \(Self.short(rest.id)) \(NumberText.percent(failures: rest.failures, runs: rest.runs))%"
  }

  /// Draws, at the right end, who is stalled and who fails more than usual; returns where that begins.
  private func drawContributors(on surface: inout Surface, row: Int, after column: Int, gap: String) -> Int {
    let end = surface.size.columns - 2
    let text = contributors(room: end + 1 - column - gap.utf8.count)
    surface.put(text, row: row, endingAt: end)
    return text.isEmpty ? end : end + 1 - TerminalText.width(text)
  }

  /// Who is stalled and who fails more than usual, as many as `room` has columns for: both rather than one at length.
  private func contributors(room: Int) -> String {
    func fits(_ text: String) -> Bool { TerminalText.width(text) <= room }
    var stalled: [String] = []
    // What is said of the last hour stands in the line below, where there is one.
    if fleet.speaksOfRecent, OverviewLayout(state).bucket != nil { return "" }
    if let rising = rising(room: room) ?? risingUnmarked(room: room) { return rising }
    if let slot = figures.contributors.stalled {
      let short = "stalled: \(Self.short(slot.id))"
      stalled = ["\(short), \(openText(slot))", short]
    }
    let excesses = figures.contributors.excesses.prefix { $0.failures >= FailureContributors.named }.map { excess in
      (text: "\(Self.short(excess.id)) +\(NumberText.count(excess.failures))", kind: excess.kind)
    }
    var over: [String] = []
    if let first = excesses.first {
      let short = "over usual: \(first.text)"
      over = (first.kind.map { ["\(short) \($0.word)"] } ?? []) + [short]
    }
    let both = stalled.flatMap { stalled in over.map { stalled + Self.separator + $0 } }
    guard var text = (both + stalled + over).first(where: fits) else { return "" }
    for excess in excesses.dropFirst() where text.contains("over usual") {
      guard fits(text + Self.separator + excess.text) else { break }
      text += Self.separator + excess.text
    }
    return text
  }

  private static let separator = "   "

  /// An id that leaves room for others.
  static func short(_ id: Slot.ID) -> String { TerminalText.fitted(id, width: min(24, TerminalText.width(id))) }

  // MARK: The bucket

  /// The current bucket, how far it is, what came in the last minutes, and where there is no chart the runs as bars.
  func drawBucket(on surface: inout Surface, row: Int, hasChart: Bool) {
    if fleet.speaksOfRecent, state.trust.word != .silent { return drawBelow(on: &surface, row: row) }
    let end = surface.size.columns
    let (bucket, recent) = bucketTexts(columns: end, barsWidth: hasChart ? 0 : 20)
    var column = 4 + surface.put(whole: bucket, row: row, column: 4)
    if let recent { column += surface.put(recent, row: row, column: column) }
    let bars = Bars.runs(fleet.global, in: fleet)
    let start = end - bars.count - 1
    guard !hasChart, column < start - 5 else { return }
    surface.put("runs", row: row, column: start - 5, style: .quiet)
    let text = String(bars.dropLast()) + Bars.filling + String(bars.suffix(1))
    surface.put(text, row: row, column: start, style: .quiet)
  }

  /// The bucket, and what came in the last minutes: the figure stays however it grows. First how far the bucket is gives
  /// way to it, then the bars, and on the narrowest screens the bucket.
  private func bucketTexts(columns: Int, barsWidth: Int) -> (bucket: String, recent: String?) {
    let buckets = [", \(words.progress(at: data))% of the \(words.unit)", ", \(words.progress(at: data))%", ""].map {
      bucketText(progress: $0)
    }
    guard let recent = state.recentText() else { return (buckets[0], nil) }
    var choices = [(buckets[0], "   " + recent.long, barsWidth)]
    for room in [barsWidth, 0] { choices += buckets.map { ($0, "  " + recent.short, room) } }
    choices.append((bucketDate, "  " + recent.short, 0))
    choices.append(("", recent.short, 0))
    return choices.first { 4 + TerminalText.width($0) + $1.utf8.count < columns - $2 }.map { ($0.0, $0.1) }
      ?? (buckets[0], nil)
  }

  var data: Date { state.shown?.generatedAt ?? fleet.currentStart }

  /// The day on which the bucket begins.
  private var bucketDate: String {
    let start = state.zone.civil(fleet.currentStart)
    return "\(start.weekdayName) \(start.dayAndMonth)"
  }

  private func bucketText(progress: String) -> String {
    let zone = state.zone
    let start = zone.civil(fleet.currentStart)
    let now = zone.civil(data)
    let name = zone.name(at: data)
    // Where clocks were changed meanwhile, each end is told in its own time.
    let other = zone.name(at: fleet.currentStart) == name ? "" : " " + zone.name(at: fleet.currentStart)
    let date = "\(start.weekdayName) \(start.dayAndMonth) \(start.time)\(other)"
    let isSameDay = start.isoDate == now.isoDate
    let to = isSameDay ? "–\(now.time)" : " – \(now.weekdayName) \(now.dayAndMonth) \(now.time)"
    let missing = fleet.global.current == nil ? ", not reported" : ""
    return "\(date)\(to) \(name)\(progress)\(missing)"
  }
}
