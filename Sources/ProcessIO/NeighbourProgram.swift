import Glibc

/// A program that stands in the same folder as this one, and takes over from it.
package struct NeighbourProgram: Hashable, Sendable {
  /// Where it is.
  package let path: String

  /// The program of this name beside this process's own executable, links followed.
  /// - Returns: `nil` where the system does not tell where that is.
  package init?(named name: String) {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0, count < buffer.count else { return nil }
    let own = buffer[..<count].map { UInt8(bitPattern: $0) }
    guard let slash = own.lastIndex(of: 0x2F) else { return nil }
    path = String(decoding: own[...slash], as: UTF8.self) + name
  }

  /// Becomes that program, with these arguments, its own name first; the process stays the same.
  /// - Returns: the system's number of what kept it from that.
  package func takeOver(_ arguments: [[UInt8]]) -> Int32 {
    // As they are: not every name of a file is UTF-8.
    var values = arguments.map { bytes in strdup(bytes.map { CChar(bitPattern: $0) } + [0]) }
    values.append(nil)
    execv(path, &values)
    let error = errno
    for value in values { free(value) }
    return error
  }
}
