import Foundation

/// What a worker is doing, in a file that the program which started it sees too: it stays there when the worker dies.
///
/// Not to be used after ``close()``.
struct FuzzRecord {
  private static let headBytes = 64
  private static let noteBytes = 4_096
  private static let inputBytes = 1 << 20
  private static let size = headBytes + noteBytes + inputBytes

  private let memory: UnsafeMutableRawBufferPointer

  /// The record in the file at a path, which is made where it is not there.
  init(path: String) throws {
    let file = open(path, O_RDWR | O_CREAT, 0o600)
    guard file >= 0 else { throw Broken("Cannot open \"\(path)\"") }
    defer { Glibc.close(file) }
    guard ftruncate(file, off_t(Self.size)) == 0,
      let start = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), start != MAP_FAILED
    else { throw Broken("Cannot map \"\(path)\"") }
    memory = UnsafeMutableRawBufferPointer(start: start, count: Self.size)
  }

  func close() { munmap(memory.baseAddress, memory.count) }

  /// How many inputs have been begun.
  var count: Int { memory.load(fromByteOffset: 0, as: Int.self) }
  /// What does not hold; empty while all does.
  var note: String { String(decoding: part(8, at: Self.headBytes, most: Self.noteBytes), as: UTF8.self) }
  /// The input that was begun last.
  var input: [UInt8] { part(16, at: Self.headBytes + Self.noteBytes, most: Self.inputBytes) }

  /// Begins an input.
  func begin(_ input: [UInt8]) {
    put(input, 16, at: Self.headBytes + Self.noteBytes, most: Self.inputBytes)
    memory.storeBytes(of: count + 1, as: Int.self)
  }

  /// Says what does not hold.
  func fail(_ note: String) { put(Array(note.utf8), 8, at: Self.headBytes, most: Self.noteBytes) }

  private func part(_ length: Int, at start: Int, most: Int) -> [UInt8] {
    let count = min(max(memory.load(fromByteOffset: length, as: Int.self), 0), most)
    return Array(memory[start..<start + count])
  }

  private func put(_ bytes: [UInt8], _ length: Int, at start: Int, most: Int) {
    let bytes = bytes.prefix(most)
    UnsafeMutableRawBufferPointer(rebasing: memory[start...]).copyBytes(from: bytes)
    memory.storeBytes(of: bytes.count, toByteOffset: length, as: Int.self)
  }
}
