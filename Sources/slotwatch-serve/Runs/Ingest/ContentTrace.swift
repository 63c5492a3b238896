import StatsFormats

/// How far a file was read, and what tells its content from others: the file may get another name, be copied, packed,
/// or get another content under the same number.
struct ContentTrace: Hashable, Sendable {
  /// Some bytes at one end of what was read.
  struct Edge: Hashable, Sendable {
    var count: Int
    var digest: UInt64

    /// The digest of these bytes.
    init(_ bytes: some Sequence<UInt8>) {
      let bytes = Array(bytes)
      count = bytes.count
      digest = bytes.withUnsafeBytes { ContentDigest.of($0) }
    }

    fileprivate init(count: Int, digest: UInt64) { (self.count, self.digest) = (count, digest) }
  }

  /// How many bytes of each end are looked at.
  static let edgeBytes = 256

  /// Which file it was.
  var number: FileStamp.Number
  /// How many bytes of whole lines were read.
  var offset: UInt64
  /// The first of them.
  var head: Edge
  /// The last of them; `nil` where that was not kept.
  var tail: Edge?
  /// When the file had last been written as these bytes were read, in nanoseconds since 1970; `nil` where that was not
  /// kept. What came later was written then or later.
  var writtenAt: Int64?

  /// Whether the file had nothing to be known again by.
  var isBlank: Bool { head.count == 0 }

  /// The trace as it is kept with events.
  func position(as name: String) -> InputPosition {
    var numbers = [number.device, number.inode, UInt64(head.count), head.digest]
    if let tail, let writtenAt { numbers += [UInt64(tail.count), tail.digest, UInt64(bitPattern: writtenAt)] }
    return InputPosition(input: name, identity: numbers.map(String.init).joined(separator: ":"), offset: offset)
  }

  /// The trace that was kept; `nil` where it is none. Older programs kept no tail.
  init?(_ position: InputPosition) {
    let numbers = position.identity.split(separator: ":", omittingEmptySubsequences: false).map { UInt64($0) }
    guard numbers.count == 4 || numbers.count == 7, !numbers.contains(nil) else { return nil }
    let known = numbers.compactMap { $0 }
    number = FileStamp.Number(device: known[0], inode: known[1])
    offset = position.offset
    head = Edge(count: Int(clamping: known[2]), digest: known[3])
    guard head.count <= Self.edgeBytes else { return nil }
    guard known.count == 7 else { return }
    tail = Edge(count: Int(clamping: known[4]), digest: known[5])
    writtenAt = Int64(bitPattern: known[6])
    guard known[4] <= UInt64(Self.edgeBytes), known[4] <= offset else { return nil }
  }

  /// The trace of what was read.
  init(
    _ number: FileStamp.Number, offset: UInt64, head: some Sequence<UInt8>, tail: some Sequence<UInt8>, writtenAt: Int64
  ) {
    (self.number, self.offset, self.writtenAt) = (number, offset, writtenAt)
    self.head = Edge(head)
    self.tail = Edge(tail)
  }

  /// What a file is to this trace.
  enum Kinship: Hashable {
    /// It has another content.
    case stranger
    /// It begins like it, and is another one from somewhere on.
    case rewritten
    /// It holds what was read, and perhaps more.
    case continues
    /// It is the beginning of what was read.
    case beginning
  }

  /// What an open file is to this trace, by its content alone.
  func kinship(of descriptor: Int32, size: UInt64) -> Kinship {
    guard !isBlank else { return .stranger }
    guard size >= UInt64(head.count), Self.edge(descriptor, at: 0, head.count) == head else { return .stranger }
    // A hole at the beginning tells nothing.
    guard size >= offset else { return head == Edge(repeatElement(0, count: head.count)) ? .stranger : .beginning }
    guard let tail else { return .continues }
    return Self.edge(descriptor, at: offset - UInt64(tail.count), tail.count) == tail ? .continues : .rewritten
  }

  private static func edge(_ descriptor: Int32, at offset: UInt64, _ count: Int) -> Edge? {
    FileBytes.read(descriptor, at: offset, count).map { Edge($0) }
  }
}
