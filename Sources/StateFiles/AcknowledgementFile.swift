import FoundationEssentials
import Glibc
import SlotStats
import StatsFormats

/// The acknowledgements of one source in a file of the user's state folder.
///
/// A file that is refused, such as one of another version, is never overwritten: what is in it stays for whoever can read
/// it.
package struct AcknowledgementFile: AcknowledgementStore {
  private let file: LockedFile

  /// The file of a source, which need not exist.
  /// - Parameters:
  ///   - folder: the program's state folder; it is made with the first acknowledgement, for its owner alone.
  ///   - source: what tells the source from others, such as its address; the file is named after it.
  ///   - clock: what another process's change is waited for by.
  package init(folder: String, source: String, clock: any Clock<Duration>) {
    file = LockedFile(
      path: "\(folder)/\(StateFileName.of("acks", source: source)).json", maxBytes: AcknowledgementDocument.maxBytes,
      clock: clock)
  }

  package var place: String { file.path }

  package func acknowledgements() async throws -> AcknowledgementBook? {
    try translating("read") { try book(in: try file.read()) }
  }

  package func acknowledge(_ acknowledgement: Acknowledgement) async throws {
    try await change { book in
      guard book.add(acknowledgement) else {
        throw refusal("write", "it has \(AcknowledgementBook.maxCount) acknowledgements, the most there can be")
      }
      return (true, ())
    }
  }

  package func withdraw(_ slotID: Slot.ID?) async throws -> Bool {
    // Where there is nothing, nothing is made.
    guard try await acknowledgements()?[slotID] != nil else { return false }
    return try await change { book in
      let wasThere = book.withdraw(slotID)
      return (wasThere, wasThere)
    }
  }

  package func note(_ sightings: [AcknowledgementSighting]) async throws {
    if sightings.isEmpty { return }
    try await change { book in
      var isChanged = false
      for sighting in sightings where book.note(sighting) { isChanged = true }
      return (isChanged, ())
    }
  }

  /// Changes the book; `body` says whether it did.
  private func change<Value>(_ body: (inout AcknowledgementBook) throws -> (Bool, Value)) async throws -> Value {
    do {
      return try await file.change { content in
        var book = try book(in: content)
        let (isChanged, value) = try body(&book)
        return (isChanged ? AcknowledgementDocument.bytes(of: book) : nil, value)
      }
    } catch {
      throw translated(error, "write")
    }
  }

  private func book(in content: [UInt8]?) throws -> AcknowledgementBook {
    guard let content else { return AcknowledgementBook() }
    do throws(SnapshotError) {
      return try AcknowledgementDocument.book(parsing: content)
    } catch {
      throw refusal("read", "\(error.line); it stays as it is, mend it or move it away")
    }
  }

  private func refusal(_ verb: String, _ cause: String) -> StatsSourceError {
    StatsSourceError(.contentRefused, action: action(verb), cause: cause)
  }

  private func action(_ verb: String) -> String { "Cannot \(verb) acknowledgements \"\(file.path)\"" }

  private func translating<Value>(_ verb: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      throw translated(error, verb)
    }
  }

  private func translated(_ error: any Error, _ verb: String) -> any Error {
    guard let failure = error as? LockedFile.Failure else { return error }
    let kind: StatsSourceError.Kind =
      switch failure.errno {
      case EACCES, EPERM, EROFS: .notPermitted
      case EISDIR: .inputMissing
      default: .inputOutput
      }
    return StatsSourceError(kind, action: action(verb), cause: failure.cause)
  }
}
