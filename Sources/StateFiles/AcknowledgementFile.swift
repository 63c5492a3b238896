import SlotStats
import StatsFormats

/// The acknowledgements of one source in a file of the user's state folder.
package struct AcknowledgementFile: AcknowledgementStore {
  private let file: BookFile<AcknowledgementBook>

  /// The file of a source, which need not exist.
  /// - Parameters:
  ///   - folder: the program's state folder; it is made with the first acknowledgement, for its owner alone.
  ///   - source: what tells the source from others, such as its address; the file is named after it.
  ///   - clock: what another process's change is waited for by.
  package init(folder: String, source: String, clock: any Clock<Duration>) {
    let format = BookFile<AcknowledgementBook>.Format(
      sort: "acks", things: "acknowledgements", maxBytes: AcknowledgementDocument.maxBytes,
      empty: AcknowledgementBook(),
      parse: { bytes throws(SnapshotError) in try AcknowledgementDocument.book(parsing: bytes) },
      bytes: { AcknowledgementDocument.bytes(of: $0) })
    file = BookFile(format, folder: folder, source: source, clock: clock)
  }

  package var place: String { file.place }

  package func isShared() async throws -> Bool { false }

  package func acknowledgements() async throws -> AcknowledgementBook? { try file.read() }

  package func acknowledge(_ acknowledgement: Acknowledgement) async throws {
    try await file.change { book in
      guard book.add(acknowledgement) else {
        throw file.refusal(
          "write", "it has \(AcknowledgementBook.maxCount) acknowledgements, the most there can be")
      }
      return (true, ())
    }
  }

  package func withdraw(_ slotID: Slot.ID?) async throws -> Bool {
    // Where there is nothing, nothing is made.
    guard try file.read()[slotID] != nil else { return false }
    return try await file.change { book in
      let wasThere = book.withdraw(slotID)
      return (wasThere, wasThere)
    }
  }

  package func note(_ sightings: [AcknowledgementSighting]) async throws {
    if sightings.isEmpty { return }
    try await file.change { book in
      var isChanged = false
      for sighting in sightings where book.note(sighting) { isChanged = true }
      return (isChanged, ())
    }
  }
}
