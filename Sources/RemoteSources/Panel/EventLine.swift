/// The lines of one server-sent event, as far as changes need them. Comments and other fields mean nothing here.
struct EventLine: Sendable {
  /// What a line brings.
  enum Event: Hashable, Sendable {
    /// It ends a change: its data, none where that was too long.
    case changed(data: String)
    /// How long to wait before a stream that ended is asked for again, in milliseconds.
    case retry(milliseconds: Int)
  }

  /// The longest data that is kept, in bytes: an event with more may be of any slot.
  static let maxDataBytes = 1 << 20

  private var name = ""
  private var data = ""
  private var isTooLong = false

  /// Takes a line, and gives what it brings.
  mutating func take(_ line: String) -> Event? {
    if line.isEmpty {
      defer { self = EventLine() }
      return name == "changed" ? .changed(data: data) : nil
    }
    if let value = Self.value(of: "event", in: line) { name = value }
    if !isTooLong, let value = Self.value(of: "data", in: line) {
      data += data.isEmpty ? value : "\n" + value
      isTooLong = data.utf8.count > Self.maxDataBytes
      if isTooLong { data = "" }
    }
    guard let value = Self.value(of: "retry", in: line), (1...9).contains(value.utf8.count),
      value.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(value).map { .retry(milliseconds: $0) }
  }

  /// The value of a field; a line that is its name alone has an empty one.
  private static func value(of field: String, in line: String) -> String? {
    if line == field { return "" }
    guard line.hasPrefix(field + ":") else { return nil }
    let value = line.dropFirst(field.count + 1)
    return String(value.first == " " ? value.dropFirst() : value)
  }
}
