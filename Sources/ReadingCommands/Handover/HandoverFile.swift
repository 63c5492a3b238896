import FoundationEssentials
import Glibc
import SlotStats

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

  /// Writes `text` into a file, in place of what it holds.
  /// - Throws: why not.
  package static func write(_ text: String, to path: String) throws(CommandFailure) {
    try write(text, into: open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644), path)
  }

  private static func write(_ text: String, into descriptor: Int32, _ path: String) throws(CommandFailure) {
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path) }
      rest = rest.dropFirst(count)
    }
  }

  private static func failure(_ path: String) -> CommandFailure {
    CommandFailure(
      errno == EACCES || errno == EPERM ? .notPermitted : .inputOutput,
      "Cannot write \"\(path)\": \(String(cString: strerror(errno))); choose another place.")
  }
}
