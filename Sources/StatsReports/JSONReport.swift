import SlotStats
import StatsFormats

/// A reading as one JSON object of the schema `slotwatch.report/1`, for machines: slots by id, buckets by time.
struct JSONReport {
  private let subject: ReportSubject
  private var fleet: JudgedFleet { subject.fleet }

  private static let schema = "slotwatch.report/1"

  init(_ subject: ReportSubject) { self.subject = subject }

  func write(to buffer: inout ReportBuffer) throws {
    // The head is an object whose closing brace moves behind the slots, which are written one by one.
    var head = JSONWriter()
    head.object(writeHead)
    buffer.bytes.append(contentsOf: head.bytes.dropLast())
    buffer.add(",\"slots\":[")
    var separator = ""
    for slot in subject.slotsByID {
      var writer = JSONWriter()
      writer.object { writer in
        Self.write(slot.slot, to: &writer)
        write(slot.series, of: slot.id, by: fleet.rules.overrides[slot.id], to: &writer)
      }
      buffer.add(separator)
      buffer.bytes.append(contentsOf: writer.bytes)
      try buffer.mayPass()
      separator = ","
    }
    buffer.add("]}\n")
  }

  private func writeHead(_ writer: inout JSONWriter) {
    writer.member("schema", Self.schema)
    writer.member("source", subject.source)
    writer.member("window", fleet.window.rawValue)
    writer.member("scope", subject.scope.rawValue)
    if subject.pastAge != nil { writer.member("at", subject.generatedAt) }
    writer.member("generated_at", subject.generatedAt)
    writer.member("read_at", subject.readAt)
    if let newest = subject.newestEventAt { writer.member("newest_event_at", newest) }
    writer.member("trust", subject.trust.word.rawValue)
    if let notice = subject.notice { writer.member("notice", notice) }
    writer.member("from", fleet.shown.lowerBound)
    writer.member("to", fleet.shown.upperBound)
    Self.write(fleet.thresholds, to: &writer)
    writer.key("global")
    writer.object { write(fleet.global, of: nil, to: &$0) }
  }

  private static func write(_ slot: Slot, to writer: inout JSONWriter) {
    writer.member("id", slot.id)
    writer.member("name", slot.name)
    writer.member("provider_id", slot.providerID)
    writer.member("active", slot.isActive)
    writer.member("runbook", slot.runbook)
    writer.member("link", slot.link)
  }

  private static func write(_ thresholds: Thresholds, to writer: inout JSONWriter) {
    writer.key("thresholds")
    writer.object { writer in
      writer.member("warning", thresholds.warning)
      writer.member("critical", thresholds.critical)
      writer.member("min_runs", thresholds.minRuns)
    }
  }

  /// Writes the members of a view, of a slot or of all slots together; `own` are thresholds that are not the report's.
  private func write(
    _ series: JudgedSeries, of slotID: Slot.ID?, by own: Thresholds? = nil, to writer: inout JSONWriter
  ) {
    Self.write(series, by: own, to: &writer) { writer in
      if let messages = slotID.flatMap({ subject.messages[$0] }) {
        writer.key("messages")
        FailureMessagesDocument.write(messages.patterns, to: &writer)
      }
      guard let acknowledgement = subject.acknowledgements[slotID] else { return }
      writer.key("acknowledged")
      writer.object { AcknowledgementDocument.write(acknowledgement, to: &$0) }
    }
  }

  private static func write(
    _ series: JudgedSeries, by own: Thresholds?, to writer: inout JSONWriter, more: (inout JSONWriter) -> Void
  ) {
    summary("summary", series.range, to: &writer)
    summary("current", series.current, to: &writer)
    summary("judged", series.judged, to: &writer)
    writer.member("judged_buckets", series.judgedBuckets)
    writer.member("ratio_low", series.interval?.low)
    writer.member("ratio_high", series.interval?.high)
    writer.member("usual", series.usual)
    writer.member("open", series.judged.knownOpen)
    // What is over keeps the state of its own sample.
    writer.member("state", series.state == .over ? series.ownState.rawValue : series.state.rawValue)
    if let recent = series.recent { write(recent, of: series, to: &writer) }
    if [series.range, series.current ?? .zero, series.judged].contains(where: \.isSaturated) {
      writer.member("saturated", true)
    }
    if let own { write(own, to: &writer) }
    more(&writer)
    writer.key("metrics")
    writer.array { writer in
      for metric in series.metrics { write(metric, to: &writer) }
    }
  }

  /// Writes the last hour, and what it makes of the series' mark.
  private static func write(_ recent: RecentSample, of series: JudgedSeries, to writer: inout JSONWriter) {
    writer.key("recent")
    writer.object { writer in
      members(recent.counters, to: &writer)
      writer.member("minutes", recent.minutes)
      writer.member("ratio_low", recent.interval?.low)
      writer.member("ratio_high", recent.interval?.high)
      writer.member("usual", recent.usual)
      writer.member("state", recent.state.rawValue)
      if let open = recent.open {
        writer.key("open_jobs")
        writer.object { writer in
          writer.member("count", open.count)
          writer.member("overdue", open.overdue)
          writer.member("oldest_at", open.oldest)
        }
      }
    }
    writer.member("cooling", recent.isCooling)
    writer.member("over", series.state == .over)
  }

  private static func summary(_ key: String, _ counters: StatsCounters?, to writer: inout JSONWriter) {
    writer.key(key)
    guard let counters else { return writer.null() }
    writer.object { members(counters, to: &$0) }
  }

  private static func members(_ counters: StatsCounters, to writer: inout JSONWriter) {
    writer.member("total_runs", counters.totalRuns)
    known(counters, to: &writer)
    writer.member("failure_count", counters.failureCount)
    writer.member("failure_ratio", counters.failureRatio)
    doubts(counters, to: &writer)
  }

  /// The counters by name, `null` for one that the source does not have.
  private static func known(_ counters: StatsCounters, to writer: inout JSONWriter) {
    for (name, value) in counters.known { writer.member(name, value) }
  }

  /// What of the counters is not known, where there is any such thing.
  private static func doubts(_ counters: StatsCounters, to writer: inout JSONWriter) {
    if !counters.unknown.isEmpty {
      writer.key("unknown")
      writer.array { writer in for name in counters.unknown.names { writer.value(name) } }
    }
    if let words = counters.doubts.words { writer.member("partial", words) }
  }

  private static func write(_ metric: StatsMetric, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("period_start", metric.periodStart)
      writer.member("period_end", metric.periodEnd)
      known(metric.counters, to: &writer)
      doubts(metric.counters, to: &writer)
    }
  }
}
