/// Where the keys of a TOML text stand, by their paths: the parser tells places of faulty texts alone.
///
/// `[sources.panel]` with `interval = 10` below it has the paths `sources`, `sources.panel` and
/// `sources.panel.interval`. A table of an array has the array's path and its ``item(_:)``.
struct TOMLOutline {
  /// The bytes that a key and its value begin at; a table's value begins with its name.
  private struct Place {
    let key: Int
    let value: Int
  }

  /// A key that has a value twice, with the byte that the second one begins at.
  private(set) var duplicate: (path: [String], offset: Int)?
  /// Where and why reading stopped; `nil` where the whole text was read.
  private(set) var stop: TOMLScanner.Stop?
  private var places: [[String]: Place] = [:]
  /// How many tables each array of tables has, by its path.
  private var itemCounts: [[String]: Int] = [:]
  private let bytes: [UInt8]
  /// The bytes that lines begin at.
  private let lineStarts: [Int]

  /// Reads `text`, up to the first place that cannot be TOML.
  init(_ text: String) {
    var scanner = TOMLScanner(text)
    bytes = scanner.bytes
    lineStarts = [0] + bytes.indices.filter { scanner.bytes[$0] == 0x0A }.map { $0 + 1 }
    var table: [String] = []
    do throws(TOMLScanner.Stop) {
      while true {
        scanner.skipEmpty()
        guard let byte = scanner.next else { return }
        if byte == 0x5B { table = try header(&scanner) } else { try pair(&scanner, in: table) }
        try scanner.endLine()
      }
    } catch {
      stop = error
    }
  }

  private mutating func header(_ scanner: inout TOMLScanner) throws(TOMLScanner.Stop) -> [String] {
    try scanner.expect("[")
    let isArray = scanner.skip("[")
    scanner.skipBlanks()
    let offset = scanner.at
    // Shown anything else there, the parser ends the whole program.
    guard scanner.isAtName || scanner.next == 0x5D || scanner.next == nil else {
      throw TOMLScanner.Stop(
        offset: offset, reason: "a table's name is letters, digits, - and _, or stands in quotes: [slots.\"slot 7\"]")
    }
    var path = resolved(try scanner.key(), isArray: isArray)
    try scanner.expect("]")
    if isArray {
      try scanner.expect("]")
      let place = itemCounts[path, default: 0]
      itemCounts[path] = place + 1
      path.append(Self.item(place))
    }
    note(path, Place(key: offset, value: offset))
    return path
  }

  /// What stands in a path for the table at `place`, from 0, of an array of tables. No key holds U+0000.
  static func item(_ place: Int) -> String { "\u{0}\(place)" }

  /// The path that a header means: the name of an array stands for its newest table, save where it makes another one.
  private func resolved(_ names: [String], isArray: Bool) -> [String] {
    var path: [String] = []
    for (place, name) in names.enumerated() {
      path.append(name)
      let makesItem = isArray && place == names.count - 1
      if !makesItem, let count = itemCounts[path] { path.append(Self.item(count - 1)) }
    }
    return path
  }

  private mutating func pair(_ scanner: inout TOMLScanner, in table: [String]) throws(TOMLScanner.Stop) {
    let offset = scanner.at
    let path = table + (try scanner.key())
    try scanner.expect("=")
    scanner.skipBlanks()
    if places[path] != nil, duplicate == nil { duplicate = (path, offset) }
    note(path, Place(key: offset, value: scanner.at))
    var inner: [(path: [String], place: Place)] = []
    try scanner.skipValue { inner.append((path + $0, Place(key: $1, value: $2))) }
    for (path, place) in inner { note(path, place) }
  }

  /// Remembers a path and the tables that it goes through.
  private mutating func note(_ path: [String], _ place: Place) {
    for count in 1...path.count where places[Array(path.prefix(count))] == nil {
      places[Array(path.prefix(count))] = place
    }
  }

  // MARK: Places

  /// Where the key of `path` stands; the start of the text where it does not.
  func key(_ path: [String]) -> TextPosition { position(places[path]?.key ?? 0) }

  /// Where the value of `path` stands.
  func value(_ path: [String]) -> TextPosition { position(places[path]?.value ?? 0) }

  /// The line and column of a byte.
  func position(_ offset: Int) -> TextPosition {
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let column = bytes[lineStarts[low]..<min(offset, bytes.count)].count { $0 & 0xC0 != 0x80 } + 1
    return TextPosition(line: low + 1, column: column)
  }

  /// As much of the text as the parser needs to find its own words for ``stop``: it takes deeper nesting than it can
  /// take down again, so nothing far behind the stop is shown to it.
  func text(upTo stop: TOMLScanner.Stop) -> String {
    let rest = bytes[stop.offset...].prefix(200).prefix { $0 != 0x0A }
    return String(decoding: bytes[..<rest.endIndex], as: UTF8.self)
  }
}
