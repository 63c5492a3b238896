import Glibc

/// What this process was started with, as the system keeps it.
///
/// The runtime finds the arguments by walking back from the environment, and finds none once a preloaded library has
/// moved that. Lost arguments are never taken for no arguments.
package struct ProcessArguments: Hashable, Sendable {
  /// Nobody can tell the arguments.
  package struct Lost: Error, Hashable {
    /// Nothing more is known.
    package init() {}
  }

  /// All of them, byte by byte, the program's name first.
  package let bytes: [[UInt8]]

  /// The arguments as texts, without the program's name; what is no UTF-8 is replaced.
  package var texts: [String] { bytes.dropFirst().map { String(decoding: $0, as: UTF8.self) } }

  /// The arguments of this process.
  /// - Throws: where neither the runtime nor the system knows them.
  package init() throws(Lost) {
    try self.init(runtime: Self.ofRuntime(), system: Self.ofSystem())
  }

  /// Chooses: the system's, but the runtime's where those end with them, since a loader that was started with the
  /// program's name stands before them.
  package init(runtime: [[UInt8]], system: [[UInt8]]) throws(Lost) {
    let isRuntimeRight = system.isEmpty || system.suffix(runtime.count).elementsEqual(runtime)
    bytes = isRuntimeRight && !runtime.isEmpty ? runtime : system
    if bytes.isEmpty { throw Lost() }
  }

  private static func ofRuntime() -> [[UInt8]] {
    let values = CommandLine.unsafeArgv
    return (0..<max(0, Int(CommandLine.argc))).compactMap { index in
      values[index].map { text in Array(UnsafeRawBufferPointer(start: text, count: strlen(text))) }
    }
  }

  private static func ofSystem() -> [[UInt8]] {
    let descriptor = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count > 0 { content += chunk[..<count] } else if count == 0 || errno != EINTR { break }
    }
    return split(content)
  }

  /// The texts that each end with a zero byte.
  static func split(_ content: [UInt8]) -> [[UInt8]] {
    var parts = content.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts
  }
}
