import SlotStats

/// The text that counts what one selector saw, bucket by bucket; evaluated at the end of each.
///
/// `increase` loses the first value of a new series and invents fractions. Here a count is the last value of the bucket
/// less the last one before it, and every value that a restart set back; a series without a value before counts whole. So
/// it is exactly what the samples in `[start, end)` hold, restarts and dead instances included. One text serves Prometheus
/// and its family: `offset 1ms` keeps a sample at the end of a bucket out of it, and a subquery's range, a millisecond
/// short of the bucket, holds each of its steps once whether its left end belongs to it or not.
///
/// To look for what restarts set back is dear, so it is done for buckets alone in which there were any.
package struct BucketQuery: Hashable, Sendable {
  /// How what restarts set back is looked for.
  package enum RestartSearch: Hashable, Sendable {
    /// Not at all: the answer tells how many there were.
    case counting
    /// In the minutes before each; the answer tells how many were found.
    case near
    /// In the day before each.
    case far
  }

  /// What is counted.
  package var selector: MetricSelector
  /// The labels that counts are told apart by.
  package var labels: [String]
  /// How the series of a slot become one count.
  package var aggregate: CounterMapping.Aggregate
  /// Seconds between two looks for a restart: at most the time between two samples.
  package var step: Int

  package init(selector: MetricSelector, labels: [String], aggregate: CounterMapping.Aggregate, step: Int) {
    self.selector = selector
    self.labels = labels
    self.aggregate = aggregate
    self.step = step
  }

  /// The label that tells the parts of the answer apart; the counts themselves do not have it.
  package static let partLabel = "slotwatch"
  /// What the parts besides the counts are called.
  package enum Part: String, Sendable {
    /// How many restarts there were.
    case restarts
    /// For how many of them it was found what they set back.
    case found
    /// What series had when they were first seen, where that is large: to be taken off the counts, or in the maximum not
    /// counted.
    case first
  }

  /// The least first value that may be of before, and the share of the last value that it must exceed.
  private static let large = (value: 20, share: 0.5)
  /// How far back the value before a restart is looked for, in seconds.
  private static let searches: [RestartSearch: Int] = [.near: 300, .far: 86_400]

  /// How far back, in seconds, the value before a bucket is looked for.
  private static func lookback(_ window: StatsWindow) -> Int {
    switch window {
    case .minute: 3_600
    case .hour: 6 * 3_600
    case .day, .week: 3 * 86_400
    }
  }

  /// The query for buckets of a window.
  package func text(_ window: StatsWindow, _ search: RestartSearch = .counting) -> String {
    let series = selector.text
    let (width, back) = (Int(window.length), Self.lookback(window))
    let offset = "offset \(width * 1_000 + 1)ms"
    let last = "last_over_time(\(series)[\(width)s] offset 1ms)"
    let before = "last_over_time(\(series)[\(back)s] \(offset))"
    let first =
      "((min_over_time(\(series)[\(width)s] offset 1ms) unless \(before)) > \(Self.large.value)"
      + " > \(Self.large.share) * \(last))"
    let isSum = aggregate == .sum
    var counts = "\(last) - (\(before) or \(isSum ? "" : "\(first) or ")\(last) * 0)"
    let told: String
    if let seconds = Self.searches[search] {
      let lost =
        "(last_over_time(\(series)[\(seconds)s] offset \(step * 1_000 + 1)ms) > (\(series) offset 1ms))"
        + "[\(width * 1_000 - 1)ms:\(step)s]"
      counts += " + (sum_over_time(\(lost)) or \(last) * 0)"
      told = part(.found, grouped("sum", "count_over_time(\(lost))"))
    } else {
      // Those up to the end less those up to the start: also the ones of which no sample was seen for a while.
      let all = "resets(\(series)[\(width + back)s] offset 1ms)"
      let earlier = "resets(\(series)[\(back)s] \(offset))"
      told = part(.restarts, grouped("sum", "\(all) - (\(earlier) or \(all) * 0) > 0"))
    }
    return "\(grouped(aggregate.rawValue, counts)) or \(part(.first, grouped("sum", first))) or \(told)"
  }

  private func grouped(_ function: String, _ vector: String) -> String {
    "\(function) by (\(labels.joined(separator: ", "))) (\(vector))"
  }

  private func part(_ part: Part, _ vector: String) -> String {
    "label_replace(\(vector), \"\(Self.partLabel)\", \"\(part.rawValue)\", \"\", \"\")"
  }
}

/// The other queries that are sent.
package enum SideQuery {
  /// The instant of the newest sample of any of these, in seconds since 1970, evaluated at the present.
  package static func newest(_ selectors: [MetricSelector]) -> String {
    "max(\(selectors.map { "timestamp(\($0.text))" }.joined(separator: " or ")))"
  }

  /// The same of what has no samples any more, within a span back and to a precision, as durations of the language.
  package static func newest(_ selectors: [MetricSelector], within span: String, step: String) -> String {
    let parts = selectors.map { "max_over_time(timestamp(\($0.text))[\(span):\(step)])" }
    return "max(\(parts.joined(separator: " or ")))"
  }

  /// The series that has most samples of all that a selector selects.
  package static func densest(_ selector: MetricSelector) -> String {
    "topk(1, count_over_time(\(samples(of: selector))))"
  }

  /// The samples themselves of the last minutes.
  package static func samples(of selector: MetricSelector) -> String { "\(selector.text)[5m]" }

  /// The step for samples that are so many seconds apart: it divides a minute, and is at most half of it.
  package static func step(scrapeInterval seconds: Double) -> Int {
    // Scrapes are a little early or late.
    [30, 20, 15, 12, 10, 6, 5, 4, 3, 2].first { Double($0) <= seconds * 1.05 } ?? 1
  }
}
