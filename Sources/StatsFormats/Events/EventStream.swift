/// Reads events from lines that come in pieces; what is refused is counted and never stops the good ones.
package struct EventStream {
  /// The lines; their position is where reading goes on after a restart.
  package private(set) var lines: EventLines
  /// What was refused.
  package private(set) var refusals: EventRefusals
  /// Whether any line was an event.
  package private(set) var hasEvents = false
  /// The reader; its accepted instants may be moved on with the clock.
  package var reader: ProcessingLogReader

  /// A stream that begins at this byte of its input.
  package init(accepted: ClosedRange<Int64>, position: UInt64 = 0, refusals: EventRefusals = EventRefusals()) {
    lines = EventLines(position: position, passesHoles: true)
    reader = ProcessingLogReader(accepted: accepted)
    self.refusals = refusals
  }

  /// Hands out what was refused since the last time.
  package mutating func takeRefusals() -> EventRefusals {
    defer { refusals = EventRefusals(kept: refusals.kept) }
    return refusals
  }

  /// Appends the events of the lines that end in the piece to `batch`.
  package mutating func feed(_ piece: UnsafeRawBufferPointer, into batch: inout EventBatch) {
    lines.feed(piece) { line in
      Self.read(line, &refusals, &hasEvents) { bytes throws(EventFault) in try batch.append(bytes, with: &reader) }
    }
  }

  /// Appends the event of the last line, which has no newline.
  package mutating func finish(into batch: inout EventBatch) {
    lines.finish { line in
      Self.read(line, &refusals, &hasEvents) { bytes throws(EventFault) in try batch.append(bytes, with: &reader) }
    }
  }

  /// Counts the events of the lines that end in the piece, and keeps none.
  package mutating func feed(_ piece: UnsafeRawBufferPointer, into tally: inout EventTally, slots: inout EventSlots) {
    lines.feed(piece) { line in
      Self.read(line, &refusals, &hasEvents) { bytes throws(EventFault) in
        tally.add(try reader.read(bytes, slots: &slots))
      }
    }
  }

  /// Counts the event of the last line, which has no newline.
  package mutating func finish(into tally: inout EventTally, slots: inout EventSlots) {
    lines.finish { line in
      Self.read(line, &refusals, &hasEvents) { bytes throws(EventFault) in
        tally.add(try reader.read(bytes, slots: &slots))
      }
    }
  }

  @inline(__always)
  private static func read(
    _ line: EventLines.Line, _ refusals: inout EventRefusals, _ hasEvents: inout Bool,
    _ body: (UnsafeRawBufferPointer) throws(EventFault) -> Void
  ) {
    guard let bytes = line.bytes else {
      refusals.add(line.number, EventFault(offset: 0, problem: .lineTooLong), in: nil)
      return
    }
    do throws(EventFault) {
      try body(bytes)
      hasEvents = true
    } catch {
      refusals.add(line.number, error, in: bytes)
    }
  }
}
