import FoundationEssentials
import SlotStats
import StatsFormats

/// Reads a notice back from its document: what a run before this one left to be told.
enum NoticeReader {
  private struct Document: Decodable {
    struct SlotObject: Decodable {
      var id: String
      var name: String
      var providerId: String?
    }

    struct FiguresObject: Decodable {
      var failures: Int
      var runs: Int
      var failureRatio: Double?
      var ratioLow: Double?
      var usual: Double?
      var leadingKind: String?
    }

    var schema: String
    var rule: String
    var severity: String
    var source: String
    var slot: SlotObject?
    var state: String
    var startsAt: String
    var endsAt: String?
    var summary: String
    var figures: FiguresObject?
    var runbook: String?
  }

  /// The notice; `nil` where the bytes are none.
  static func notice(in bytes: some Sequence<UInt8>) -> AlertNotice? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let document = try? decoder.decode(Document.self, from: Data(bytes)),
      document.schema == NoticeDocument.schema, let severity = AlertNotice.Severity(rawValue: document.severity),
      let start = RFC3339.parse(document.startsAt)?.date
    else { return nil }
    let end = document.endsAt.flatMap { RFC3339.parse($0)?.date }
    guard (end == nil) == (document.endsAt == nil) else { return nil }
    let figures = document.figures.map { figures in
      AlertNotice.Figures(
        failures: figures.failures, runs: figures.runs, ratio: figures.failureRatio, lowEnd: figures.ratioLow,
        usual: figures.usual, leadingKind: figures.leadingKind.flatMap { FailureKind(documentName: $0) })
    }
    return AlertNotice(
      AlertNotice.Identity(rule: document.rule, slotID: document.slot?.id, source: document.source),
      severity: severity, slotName: document.slot?.name, providerID: document.slot?.providerId, startsAt: start,
      endsAt: end, state: document.state, summary: document.summary, figures: figures, runbook: document.runbook)
  }
}
