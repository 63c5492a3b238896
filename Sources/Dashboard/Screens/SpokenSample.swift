import FoundationEssentials
import SlotStats

/// The sample of a series that is spoken of: its own, or its last hour where that decides what it is judged to be.
struct SpokenSample {
  /// What was counted in it.
  let counters: StatsCounters
  /// What was counted while all was as usual; `nil` where nothing is usual.
  let usual: StatsCounters?
  /// What it is judged to be.
  let state: SlotState
  /// The sample in words, behind the ratio: `failed today`; before it for a last hour: `last hour`.
  let period: (before: String?, after: String)

  /// What is said of `series`; of its last hour where `ofRecent` and there is one.
  init(_ series: JudgedSeries, _ words: PeriodWords, ofRecent: Bool) {
    if ofRecent, let recent = series.recent {
      counters = recent.counters
      usual = recent.usual == nil ? nil : recent.usualCounters
      state = recent.state
      period = (recent.spanWords, "")
    } else {
      counters = series.judged
      usual = series.usual == nil ? nil : series.rest
      state = series.state
      period = (nil, series.judgedBuckets == 1 ? words.current : "in \(words.judged(series.judgedBuckets))")
    }
  }
}

extension JudgedSeries {
  /// Whether its last hour is what has to be spoken of.
  var isRaised: Bool { isOfRecent && state.isMarked }
}
