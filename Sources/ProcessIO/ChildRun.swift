import Glibc

/// Both ends of a pipe, which no other program inherits.
struct Pipe {
  /// Where it is read; -1 once closed.
  private(set) var readEnd: Int32
  /// Where it is written; -1 once closed.
  private(set) var writeEnd: Int32

  /// A new pipe; `nil` where there is none to be had, with `errno` set.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    (readEnd, writeEnd) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  /// Closes the end that is read.
  mutating func closeReadEnd() {
    if readEnd >= 0 { Glibc.close(readEnd) }
    readEnd = -1
  }

  /// Closes the end that is written.
  mutating func closeWriteEnd() {
    if writeEnd >= 0 { Glibc.close(writeEnd) }
    writeEnd = -1
  }

  /// Closes both ends.
  func close() {
    for end in [readEnd, writeEnd] where end >= 0 { Glibc.close(end) }
  }
}

/// What goes to a program and what comes from it, while it runs.
struct ChildRun {
  private static let pieceBytes = 4096

  private var output: Pipe
  private var input: Pipe
  private var unwritten: ArraySlice<UInt8>
  /// What it has printed.
  private(set) var printed: [UInt8] = []

  /// Nothing exchanged yet.
  init(output: Pipe, input: Pipe, unwritten: ArraySlice<UInt8>) {
    (self.output, self.input, self.unwritten) = (output, input, unwritten)
  }

  /// Writes as much of the input as there is room for. A program that is started after that has it even where this one
  /// is killed at once.
  mutating func fill() {
    _ = fcntl(input.writeEnd, F_SETFL, O_NONBLOCK)
    write()
    if unwritten.isEmpty { input.closeWriteEnd() }
  }

  /// Takes note that the program has its ends of the pipes.
  mutating func begin() {
    output.closeWriteEnd()
    if unwritten.isEmpty { input.closeReadEnd() }
  }

  /// Waits so many milliseconds for something to do, and does it; takes no more than `limit` and a little.
  mutating func exchange(within milliseconds: Int32, limit: Int) {
    var wait = milliseconds
    while printed.count <= limit, step(within: wait) { wait = min(wait, 1) }
  }

  /// Closes what is open.
  mutating func closeAll() {
    output.closeReadEnd()
    output.closeWriteEnd()
    input.closeReadEnd()
    input.closeWriteEnd()
  }

  /// Whether there was anything to read.
  private mutating func step(within milliseconds: Int32) -> Bool {
    var entries = [pollfd(fd: output.readEnd, events: Int16(POLLIN), revents: 0)]
    if input.writeEnd >= 0 { entries.append(pollfd(fd: input.writeEnd, events: Int16(POLLOUT), revents: 0)) }
    guard poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return false }
    if entries.count > 1, entries[1].revents != 0 {
      write()
      if unwritten.isEmpty {
        input.closeWriteEnd()
        input.closeReadEnd()
      }
    }
    guard entries[0].revents & Int16(POLLIN) != 0 else {
      // Closed at the other end: nothing more comes, and nothing to wait for but the program's end.
      if milliseconds > 0 { usleep(2000) }
      return false
    }
    return read()
  }

  private mutating func read() -> Bool {
    var room = [UInt8](repeating: 0, count: Self.pieceBytes)
    let count = room.withUnsafeMutableBytes { Glibc.read(output.readEnd, $0.baseAddress, $0.count) }
    guard count > 0 else { return false }
    printed += room[..<count]
    return true
  }

  /// Writes what there is room for. Until all is written the reading end stays open here too, so that a program that
  /// reads nothing causes no signal.
  private mutating func write() {
    guard !unwritten.isEmpty else { return }
    let count = unwritten.withUnsafeBytes { Glibc.write(input.writeEnd, $0.baseAddress, $0.count) }
    if count > 0 { unwritten = unwritten.dropFirst(count) }
  }
}
