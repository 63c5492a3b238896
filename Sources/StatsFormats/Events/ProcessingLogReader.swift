import FoundationEssentials
import SlotStats

/// Reads events, each a JSON object, in one pass over its bytes and without an allocation.
///
/// Strict where it matters: types, lengths, duplicate keys that are read. Unknown keys are ignored, their values still
/// have to be JSON. Optional values may be `null`. A latency may have a fraction, which is cut.
package struct ProcessingLogReader: Sendable {
  /// The longest message or reason, in characters (Unicode scalars).
  package static let maxTextLength = 1_024
  /// How far ahead of the present an event may lie, in seconds.
  package static let maxSecondsAhead = 86_400

  static let keys = JSONKeyTable([
    "id", "job_id", "slot_id", "status", "occurred_at", "message", "details", "provider_latency_ms",
  ])
  let keys = Self.keys
  let statuses = EventStatusTable()

  /// The instants that are accepted, in nanoseconds since 1970.
  package var accepted: ClosedRange<Int64>
  /// The message of the event last read, in its bytes.
  package internal(set) var message: JSONScanner.Text?
  /// The failure reason of the event last read, in its bytes.
  package internal(set) var failureReason: JSONScanner.Text?

  /// Why the event is refused, once it is.
  var refusal: EventFault?
  var instants = EventInstants()
  /// What a failed job's event is by its reason.
  var failedKind = EventKind.failed

  /// A reader of events that happened in this range, see ``accepted(now:keptSeconds:)``.
  package init(accepted: ClosedRange<Int64>) {
    self.accepted = accepted
  }

  /// The instants that are accepted at a time of day, in nanoseconds since 1970: from `keptSeconds` before it to 24
  /// hours after it.
  package static func accepted(now: Date, keptSeconds: Int) -> ClosedRange<Int64> {
    let present = EventRecord.nanoseconds(now)
    let kept = Int64(min(max(keptSeconds, 0), 9_000_000_000)) * EventRecord.second
    let (first, isBeforeStart) = present.subtractingReportingOverflow(kept)
    let (last, isPastEnd) = present.addingReportingOverflow(Int64(maxSecondsAhead) * EventRecord.second)
    return (isBeforeStart ? .min : first)...(isPastEnd ? .max : last)
  }

  /// Reads the event that `bytes` are. Its texts are in ``message`` and ``failureReason``, not in the record.
  /// - Throws: why it is refused; its slot then gets no number.
  package mutating func read(
    _ bytes: UnsafeRawBufferPointer, slots: inout EventSlots
  ) throws(EventFault) -> EventRecord {
    guard var scanner = JSONScanner(bytes) else { throw EventFault(offset: 0, problem: .json(.unexpectedEnd)) }
    do throws(JSONFailure) {
      try scanner.start()
      var (record, slot) = try event(&scanner)
      try scanner.finish()
      record.slot = number(of: slot, in: scanner, slots: &slots)
      return record
    } catch {
      defer { refusal = nil }
      throw refusal ?? EventFault(offset: error.offset, problem: .json(error.fault))
    }
  }

  /// Reads the event at the cursor; its slot is not numbered yet.
  @inline(__always)
  private mutating func event(_ scanner: inout JSONScanner) throws(JSONFailure) -> (EventRecord, JSONScanner.Text) {
    guard scanner.byte == 0x7B else { throw wrongType(.object, at: scanner) }
    let object = scanner.cursor
    (message, failureReason, failedKind) = (nil, nil, .failed)
    var record = EventRecord.blank
    var slot = JSONScanner.Text(range: 0..<0, hasEscapes: false)
    var instantStart = 0
    var seen = 0
    var guess = 0
    var isFirst = true
    try scanner.open()
    while try scanner.nextMember(isFirst: &isFirst) {
      guard let key = try keys.read(&scanner, guess: guess) else {
        try scanner.skipValue()
        continue
      }
      if seen & 1 << key != 0 { throw refuse(at: scanner.cursor, .givenTwice) }
      seen |= 1 << key
      guess = key + 1
      switch key {
      case 0: record.id = try uuid(&scanner)
      case 1: record.jobID = try uuid(&scanner)
      case 2: slot = try slotID(&scanner)
      case 3: record.kind = try status(&scanner)
      case 4:
        instantStart = scanner.cursor
        record.occurredAt = try occurredAt(&scanner)
      case 5: message = try shortText(&scanner)
      case 6: try details(&scanner)
      default: record.latencyMilliseconds = try latency(&scanner)
      }
    }
    guard seen & 0b1_1111 == 0b1_1111 else {
      throw refuse(at: object, .missing((~seen).trailingZeroBitCount))
    }
    guard accepted.contains(record.occurredAt) else {
      throw refuse(at: instantStart, record.occurredAt < accepted.lowerBound ? .tooOld : .tooFarAhead)
    }
    if record.kind == .failed { record.kind = failedKind }
    return (record, slot)
  }
}
