/// The forms in which one reading can be written.
package enum ReportFormat: String, CaseIterable, Sendable {
  case text, json, csv, markdown

  /// Writes the report of `subject`, in UTF-8.
  ///
  /// - Parameters:
  ///   - subject: what is reported.
  ///   - isRecent: whether CSV has a row a slot, of its last hour, in place of one a bucket.
  ///   - inASCII: whether the text form keeps its own signs to ASCII; names stay as they are.
  ///   - sink: takes the report piece by piece, in order.
  /// - Throws: what `sink` throws.
  package func write(
    _ subject: ReportSubject, isRecent: Bool = false, inASCII: Bool = false, to sink: @escaping ([UInt8]) throws -> Void
  ) throws {
    var buffer = ReportBuffer(sink)
    switch self {
    case .text: try TextReport(subject, inASCII: inASCII).write(to: &buffer)
    case .json: try JSONReport(subject).write(to: &buffer)
    case .csv:
      let report = CSVReport(subject)
      if isRecent { try report.writeRecent(to: &buffer) } else { try report.write(to: &buffer) }
    case .markdown: try MarkdownReport(subject).write(to: &buffer)
    }
    try buffer.pass()
  }
}
