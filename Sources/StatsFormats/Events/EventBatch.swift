import FoundationEssentials
import SlotStats

/// Some events with the texts and the slots that they name: what is stored together.
package struct EventBatch: Sendable {
  /// The events, in the order in which they came.
  package private(set) var records: [EventRecord] = []
  /// The texts of all events, UTF-8, one after the other.
  package private(set) var texts: [UInt8] = []
  /// The slots by their numbers.
  package var slots = EventSlots()

  /// So many slots are remembered from batch to batch; past it their numbers begin anew.
  private static let rememberedSlots = 65_536

  /// No events.
  package init() {}

  /// A batch of these events.
  package init(_ logs: some Sequence<ProcessingLog>) {
    for log in logs { append(log) }
  }

  /// How many events there are.
  package var count: Int { records.count }
  /// Whether there are none.
  package var isEmpty: Bool { records.isEmpty }

  /// Removes the events. The slots keep their numbers, so that the next ones are found without being added again.
  package mutating func removeAll() {
    records.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    if slots.count > Self.rememberedSlots { slots = EventSlots() }
  }

  /// Appends an event. Its id, slot and texts are taken as they are; nothing is refused here.
  package mutating func append(_ log: ProcessingLog) {
    records.append(
      EventRecord(
        id: EventID(log.id), jobID: EventID(log.jobID), occurredAt: EventRecord.nanoseconds(log.occurredAt),
        slot: slots.number(of: log.slotID), kind: EventKind(log.status, log.failureReason),
        latencyMilliseconds: log.providerLatencyMilliseconds.map { max($0, 0) } ?? -1,
        message: add(log.message), failureReason: add(log.failureReason?.rawValue)))
  }

  /// Appends the events of another batch, whose slots get the numbers that they have here.
  package mutating func append(_ other: EventBatch) {
    let numbers = (0..<Int32(other.slots.count)).map { slots.number(of: other.slots[$0]) }
    let offset = Int32(texts.count)
    texts.append(contentsOf: other.texts)
    records.reserveCapacity(records.count + other.count)
    for var record in other.records {
      record.slot = numbers[Int(record.slot)]
      if record.message.count >= 0 { record.message.start += offset }
      if record.failureReason.count >= 0 { record.failureReason.start += offset }
      records.append(record)
    }
  }

  /// Reads the event that `bytes` are and appends it.
  @inline(__always)
  package mutating func append(
    _ bytes: UnsafeRawBufferPointer, with reader: inout ProcessingLogReader
  ) throws(EventFault) {
    var record = try reader.read(bytes, slots: &slots)
    if let text = reader.message { record.message = add(text, of: bytes) }
    if let text = reader.failureReason { record.failureReason = add(text, of: bytes) }
    records.append(record)
  }

  /// The event at a place, whole.
  package subscript(index: Int) -> ProcessingLog {
    let record = records[index]
    return ProcessingLog(
      id: record.id.uuid, jobID: record.jobID.uuid, slotID: slots[record.slot], status: record.kind.status,
      occurredAt: EventRecord.date(record.occurredAt), message: text(record.message),
      failureReason: text(record.failureReason).map(ProcessingLog.FailureReason.init(rawValue:)),
      providerLatencyMilliseconds: record.latencyMilliseconds < 0 ? nil : record.latencyMilliseconds)
  }

  /// The characters of a text of one of the events.
  package func text(_ text: EventRecord.Text) -> String? {
    guard text.count >= 0 else { return nil }
    return String(decoding: texts[Int(text.start)..<Int(text.start) + Int(text.count)], as: UTF8.self)
  }

  private mutating func add(_ text: String?) -> EventRecord.Text {
    guard let text else { return .none }
    return add(text.utf8)
  }

  private mutating func add(_ text: JSONScanner.Text, of bytes: UnsafeRawBufferPointer) -> EventRecord.Text {
    guard let scanner = JSONScanner(bytes) else { return .none }
    return text.hasEscapes ? add(scanner.unescaped(text)) : add(scanner.slice(text.range))
  }

  private mutating func add(_ bytes: some Collection<UInt8>) -> EventRecord.Text {
    let text = EventRecord.Text(start: Int32(texts.count), count: Int32(bytes.count))
    texts.append(contentsOf: bytes)
    return text
  }
}
