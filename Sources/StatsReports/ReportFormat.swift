/// The forms in which one reading can be written.
package enum ReportFormat: String, CaseIterable, Sendable {
  case text, json, csv, markdown

  /// Writes the report of `subject`, in UTF-8.
  ///
  /// - Parameters:
  ///   - subject: what is reported.
  ///   - inASCII: whether the text form keeps its own signs to ASCII; names stay as they are.
  ///   - sink: takes the report piece by piece, in order.
  /// - Throws: what `sink` throws.
  package func write(
    _ subject: ReportSubject, inASCII: Bool = false, to sink: @escaping ([UInt8]) throws -> Void
  ) throws {
    var buffer = ReportBuffer(sink)
    switch self {
    case .text: try TextReport(subject, inASCII: inASCII).write(to: &buffer)
    case .json: try JSONReport(subject).write(to: &buffer)
    case .csv: try CSVReport(subject).write(to: &buffer)
    case .markdown: try MarkdownReport(subject).write(to: &buffer)
    }
    try buffer.pass()
  }
}
