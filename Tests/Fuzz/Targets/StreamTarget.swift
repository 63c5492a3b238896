#if DEBUG
  import FoundationEssentials
  @testable import HTTPTransport
  @testable import RemoteSources

  private func read(_ pieces: [[UInt8]]) -> (lines: [String], rest: Int) {
    var splitter = LineSplitter()
    let lines = pieces.flatMap { splitter.take($0) }
    return (lines, splitter.restCount)
  }

  /// The lines in the plainest way.
  private func plainLines(_ bytes: [UInt8]) -> [String] {
    var (lines, line) = ([String](), [UInt8]())
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0A, index > 0, bytes[index - 1] == 0x0D { continue }
      guard byte == 0x0A || byte == 0x0D else {
        line.append(byte)
        continue
      }
      if lines.isEmpty, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
      lines.append(String(decoding: line, as: UTF8.self))
      line = []
    }
    return lines
  }

  /// Server-sent events, and dates of answers.
  let streamTarget = FuzzTarget(
    name: "streams",
    words: [
      "event: changed", "event:", "data: ", "data:{\"slots\":[\"a\"]}", "retry: 3000", "retry:", ": ping", "\n\n",
    ]
      + ["GMT", "Sun, 06 Nov 1994 08:49:37 GMT"],
    seeds: {
      [
        ": hello\n\nevent: changed\ndata: {\"slots\":[\"a\"]}\n\n",
        "\u{FEFF}event:changed\r\ndata:1\r\ndata:2\r\n\r\nretry: 5000\n",
        "event: changed\rdata\r\r", "retry: 99999999999\n\nevent\n\n", "Sun Nov  6 08:49:37 1994\n",
      ].map { Array($0.utf8) }
    }
  ) { bytes in
    var random = bytes.numbers
    let whole = read([bytes])
    let pieced = read(bytes.pieces(&random))
    try expect(pieced.lines == whole.lines && pieced.rest == whole.rest, "pieces are other lines")
    try expect(whole.lines == plainLines(bytes), "the lines are \(whole.lines)")
    var (event, outcome) = (EventLine(), "")
    for line in whole.lines {
      switch event.take(line) {
      case .changed(let data):
        try expect(data.utf8.count <= EventLine.maxDataBytes, "\(data.utf8.count) bytes of data are kept")
        outcome += "c\(min(data.count, 3))"
      case .retry(let milliseconds):
        try expect((0...999_999_999).contains(milliseconds), "it is to wait for \(milliseconds) ms")
        outcome += "r"
      case nil: break
      }
      if let date = HTTPDate.parse(line) { outcome += date.timeIntervalSince1970 > 0 ? "d" : "o" }
    }
    return String(outcome.prefix(12))
  }
#endif
