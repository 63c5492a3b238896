import FoundationEssentials
import Glibc
import SlotStats
import StateFiles

/// A file that a handover is written into.
package enum HandoverFile {
  /// The most files of one minute.
  private static let mostNames = 99

  /// Writes `text` into a new file of the current folder, named for the time: `slotwatch-handover-20261119-2102.txt`.
  /// - Returns: the name.
  /// - Throws: why not.
  package static func create(_ text: String, at instant: Date) throws(CommandFailure) -> String {
    let date = CivilDate(instant)
    let stem = "slotwatch-handover-" + (date.isoDate.filter { $0 != "-" }) + "-" + date.time.filter { $0 != ":" }
    for number in 1...mostNames {
      let name = number == 1 ? "\(stem).txt" : "\(stem)-\(number).txt"
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      if descriptor < 0, errno == EEXIST { continue }
      try write(text, into: descriptor, name)
      return name
    }
    throw CommandFailure(
      .inputOutput, "Cannot write \"\(stem).txt\": there are \(mostNames) of that name; remove some.")
  }

  /// Writes `text` into a file, in place of what it holds: all of it or nothing. What is no file, such as a pipe, gets it
  /// piece by piece.
  /// - Throws: why not.
  package static func write(_ text: String, to path: String) throws(CommandFailure) {
    var info = stat()
    let isThere = stat(path, &info) == 0
    if isThere, info.st_mode & S_IFMT != S_IFREG {
      return try write(text, into: open(path, O_WRONLY | O_CLOEXEC), path)
    }
    let file = target(path)
    let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    do throws(ReplacedFile.Failure) {
      try ReplacedFile.replace(
        file, with: Array(text.utf8), by: "\(folder).slotwatch-handover-\(getpid()).new",
        mode: isThere ? info.st_mode & 0o777 : 0o644, isExact: isThere)
    } catch {
      throw failure(path, error.errno ?? EIO)
    }
  }

  /// The file itself, where `path` is a link to it.
  private static func target(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func write(_ text: String, into descriptor: Int32, _ path: String) throws(CommandFailure) {
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path, errno) }
      rest = rest.dropFirst(count)
    }
  }

  private static func failure(_ path: String, _ number: Int32) -> CommandFailure {
    CommandFailure(
      number == EACCES || number == EPERM ? .notPermitted : .inputOutput,
      "Cannot write \"\(path)\": \(String(cString: strerror(number))); choose another place.")
  }
}
