import FoundationEssentials
import SlotStats
import StatsFormats

let eventWords = [
  "\"id\":", "\"job_id\":", "\"slot_id\":", "\"status\":", "\"occurred_at\":", "\"message\":", "\"details\":",
  "\"failure_reason\":", "\"provider_latency_ms\":", "\"success\"", "\"failed\"", "\"received\"", "\"timeout\"",
  "\"2026-11-19T14:00:00Z\"", "\"2026-11-19\"", "\"1677-01-01T00:00:00Z\"", "\"2262-04-12T00:00:00Z\"", "{\"", "}\n{",
]

/// The instants that are accepted on 2026-11-19.
let acceptedInstants = ProcessingLogReader.accepted(
  now: Date(timeIntervalSince1970: 1_795_098_600), keptSeconds: 400 * 86_400)

func eventLines() -> [[UInt8]] {
  let logs = ProcessingLog.Status.allCases.enumerated().map { index, status in
    ProcessingLog(
      id: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, UInt8(index))), jobID: UUID(),
      slotID: "s\(index)é",
      status: status, occurredAt: Date(timeIntervalSince1970: 1_795_098_000.123456),
      message: index == 0 ? nil : "no\n\"",
      failureReason: index % 2 == 0 ? nil : .init(rawValue: "provider_error"),
      providerLatencyMilliseconds: index % 3 == 0 ? nil : index * 99)
  }
  let lines = EventDocuments.lines(logs)
  return lines.split(separator: 0x0A).map { Array($0) } + [lines]
}

private typealias Reading = (batch: EventBatch, stream: EventStream)

private func read(_ pieces: [[UInt8]]) -> Reading {
  var reading: Reading = (EventBatch(), EventStream(accepted: acceptedInstants))
  for piece in pieces { piece.withUnsafeBytes { reading.stream.feed($0, into: &reading.batch) } }
  reading.stream.finish(into: &reading.batch)
  return reading
}

/// Lines of events as `ingest` reads them, in pieces and whole.
let eventsTarget = FuzzTarget(name: "events", words: eventWords, seeds: eventLines) { bytes in
  var random = bytes.numbers
  let (batch, stream) = read([bytes])
  let logs = batch.records.indices.map { batch[$0] }
  let pieced = read(bytes.pieces(&random))
  try expect(pieced.batch.records.indices.map { pieced.batch[$0] } == logs, "pieces give other events")
  try expect(pieced.stream.refusals == stream.refusals, "pieces are refused otherwise")
  try expect(pieced.stream.lines.count == stream.lines.count, "pieces have other lines")
  try expect(stream.lines.position == UInt64(bytes.count), "it was not read to its end")
  try expect(batch.count + stream.refusals.count <= stream.lines.count, "there are more events than lines")
  var (tally, slots, counting) = (EventTally(), EventSlots(), EventStream(accepted: acceptedInstants))
  bytes.withUnsafeBytes { counting.feed($0, into: &tally, slots: &slots) }
  counting.finish(into: &tally, slots: &slots)
  try expect(tally.count == batch.count && counting.refusals == stream.refusals, "it is counted otherwise than read")

  let again = read([EventDocuments.lines(logs)])
  try expect(again.stream.refusals.count == 0, "what was read is refused: \(again.stream.refusals.first)")
  try expect(again.batch.count == batch.count, "fewer events are read again")
  for (index, log) in logs.enumerated() {
    var other = again.batch[index]
    try expect(
      abs(other.occurredAt.timeIntervalSince(log.occurredAt)) < 2e-6, "an instant is another once it is written")
    other.occurredAt = log.occurredAt
    try expect(other == log, "an event is another once it is written: \(log)")
  }
  let kinds = try stream.refusals.first.prefix(3).map { try expectRefusal($0.reason) }
  return "\(min(batch.count, 9)) " + kinds.joined()
}
