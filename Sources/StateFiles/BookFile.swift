import FoundationEssentials
import Glibc
import SlotStats
import StatsFormats

/// What people noted of one source, in a file of the user's state folder: a book that is read and changed as a whole.
///
/// A file that is refused, such as one of another version, is never overwritten: what is in it stays for whoever can read
/// it.
struct BookFile<Book: Sendable>: Sendable {
  /// How a book is written and read.
  struct Format: Sendable {
    /// What the file's name begins with.
    let sort: String
    /// What is in it, in errors: `marks`.
    let things: String
    /// The longest content that is read, in bytes.
    let maxBytes: Int
    /// A book with nothing in it.
    let empty: Book
    let parse: @Sendable ([UInt8]) throws(SnapshotError) -> Book
    let bytes: @Sendable (Book) -> [UInt8]
  }

  private let format: Format
  private let file: LockedFile

  /// The file of a source, which need not exist.
  /// - Parameters:
  ///   - format: what is in it.
  ///   - folder: the program's state folder; it is made with the first change, for its owner alone.
  ///   - source: what tells the source from others, such as its address; the file is named after it.
  ///   - clock: what another process's change is waited for by.
  init(_ format: Format, folder: String, source: String, clock: any Clock<Duration>) {
    self.format = format
    file = LockedFile(
      path: "\(folder)/\(StateFileName.of(format.sort, source: source)).json", maxBytes: format.maxBytes, clock: clock)
  }

  /// The path.
  var place: String { file.path }

  /// The book; an empty one where there is no file.
  func read() throws -> Book {
    do {
      return try book(in: try file.read())
    } catch {
      throw translated(error, "read")
    }
  }

  /// Changes the book; `body` says whether it did.
  @discardableResult
  func change<Value>(_ body: (inout Book) throws -> (Bool, Value)) async throws -> Value {
    do {
      return try await file.change { content in
        var book = try book(in: content)
        let (isChanged, value) = try body(&book)
        return (isChanged ? format.bytes(book) : nil, value)
      }
    } catch {
      throw translated(error, "write")
    }
  }

  /// The failure of content that cannot be used or kept.
  func refusal(_ verb: String, _ cause: String) -> StatsSourceError {
    StatsSourceError(.contentRefused, action: action(verb), cause: cause)
  }

  private func book(in content: [UInt8]?) throws -> Book {
    guard let content else { return format.empty }
    do throws(SnapshotError) {
      return try format.parse(content)
    } catch {
      throw refusal("read", "\(error.line); it stays as it is, mend it or move it away")
    }
  }

  private func action(_ verb: String) -> String { "Cannot \(verb) \(format.things) \"\(file.path)\"" }

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
