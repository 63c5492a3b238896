/// Reads the answers of the Prometheus query API, each in one pass.
struct QueryReader: WholeDocumentReader {
  var scanner: JSONScanner
  /// Why the content is refused, once it is.
  var refusal: SnapshotError?
  var memory = SeriesMemory()

  static let subject = "answer"

  init(_ scanner: JSONScanner) { self.scanner = scanner }

  private static let answerKeys = JSONKeyTable(["status", "data", "errorType", "error", "warnings"])
  private static let dataKeys = JSONKeyTable(["resultType", "result"])
  private static let seriesKeys = JSONKeyTable(["metric", "value", "values"])
  private static let versionKeys = JSONKeyTable(["version"])
  private static let typeKeys = JSONKeyTable(["type"])

  /// Reads what stands around every answer, and `data` by `body`.
  /// - Returns: the server's warnings.
  mutating func answer(_ body: (inout QueryReader) throws(JSONFailure) -> Void) throws(JSONFailure) -> [String] {
    let start = scanner.cursor
    var (status, error, warnings) = ("", "", [String]())
    _ = try object(Self.answerKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0: status = try reader.string()
      case 1: if try !reader.scanner.takeNull() { try body(&reader) }
      case 3: error = try reader.string()
      case 4: warnings = try reader.texts()
      default: try reader.scanner.skipValue()
      }
    }
    guard status == "success" else {
      throw refuse(
        at: start, step: ".status",
        status.isEmpty
          ? "is missing; it is no server of the Prometheus query API"
          : "is \(JSONPlace.quoted(status))\(error.isEmpty ? "" : ": \(JSONPlace.quoted(error))")")
    }
    return warnings
  }

  /// The series of a vector or of a matrix.
  mutating func queryData() throws(JSONFailure) -> [QueryAnswer.Series] {
    var series: [QueryAnswer.Series] = []
    _ = try object(Self.dataKeys) { (reader, key) throws(JSONFailure) in
      if key == 0 { return try reader.scanner.skipValue() }
      try reader.elements { reader throws(JSONFailure) in
        if series.count == QueryAnswer.maxSeries {
          throw reader.refuse(
            at: reader.scanner.cursor, "is one of over \(QueryAnswer.maxSeries) series; narrow them by match")
        }
        series.append(try reader.series())
      }
    }
    return series
  }

  private mutating func series() throws(JSONFailure) -> QueryAnswer.Series {
    var series = QueryAnswer.Series(labels: [:], samples: [])
    _ = try object(Self.seriesKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0:
        try reader.members { (reader, name) throws(JSONFailure) in series.labels[name] = try reader.string() }
      case 1: series.samples.append(try reader.sample())
      default:
        try reader.elements { reader throws(JSONFailure) in series.samples.append(try reader.sample()) }
      }
    }
    return series
  }

  /// `[1795136401.5,"12"]`: an instant as a number, a value as a text.
  private mutating func sample() throws(JSONFailure) -> QueryAnswer.Sample {
    let start = scanner.cursor
    var parts: [Double] = []
    try elements { reader throws(JSONFailure) in
      let isText = reader.scanner.byte == 0x22
      if !isText, !reader.scanner.isAtNumber { throw reader.wrongType("a number") }
      let text = isText ? try reader.string() : reader.written(try reader.scanner.number())
      guard let number = Double(text) else {
        throw reader.refuse(at: start, "holds \(JSONPlace.quoted(text)); a number is expected")
      }
      parts.append(number)
    }
    guard parts.count == 2 else { throw refuse(at: start, "is no pair of an instant and a value") }
    return QueryAnswer.Sample(time: parts[0], value: parts[1])
  }

  private func written(_ range: Range<Int>) -> String { String(decoding: scanner.slice(range), as: UTF8.self) }

  /// The texts of a list.
  mutating func texts() throws(JSONFailure) -> [String] {
    if try scanner.takeNull() { return [] }
    var texts: [String] = []
    try elements { reader throws(JSONFailure) in texts.append(try reader.string()) }
    return texts
  }

  /// The types of metrics, each in a list, since targets may differ.
  mutating func types() throws(JSONFailure) -> [String: Set<String>] {
    var types: [String: Set<String>] = [:]
    try members { (reader, name) throws(JSONFailure) in
      try reader.elements { reader throws(JSONFailure) in
        _ = try reader.object(Self.typeKeys) { (reader, _) throws(JSONFailure) in
          types[name, default: []].insert(try reader.string())
        }
      }
    }
    return types
  }

  /// The version of a server that tells it.
  mutating func version() throws(JSONFailure) -> String? {
    var version: String?
    _ = try object(Self.versionKeys) { (reader, _) throws(JSONFailure) in version = try reader.string() }
    return version
  }

  mutating func elements(_ body: (inout QueryReader) throws(JSONFailure) -> Void) throws(JSONFailure) {
    guard scanner.byte == 0x5B else { throw wrongType("a list") }
    try scanner.open()
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) { try body(&self) }
  }

  mutating func members(
    _ body: (inout QueryReader, String) throws(JSONFailure) -> Void
  ) throws(JSONFailure) {
    guard scanner.byte == 0x7B else { throw wrongType("an object") }
    try scanner.open()
    var isFirst = true
    while try scanner.nextMember(isFirst: &isFirst) {
      let name = try string()
      try scanner.colon()
      try body(&self, name)
    }
  }
}
