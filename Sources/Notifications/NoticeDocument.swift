import SlotStats
import StatsFormats

/// A notice as one JSON object of the schema `slotwatch.notice/1`: what a hook and a webhook are given. The file
/// `assets/notice.schema.json` describes it.
package enum NoticeDocument {
  /// The name of the schema.
  package static let schema = "slotwatch.notice/1"

  /// `2026-11-23T14:32:05`, whatever follows.
  private static let secondDigits = 19

  /// The object, compact, in one line without its end.
  package static func bytes(_ notice: AlertNotice) -> [UInt8] {
    var writer = JSONWriter()
    write(notice, to: &writer)
    return writer.bytes
  }

  /// What tells the alert from all others, the same for its firing and its resolution: sixteen hexadecimal digits.
  ///
  /// Whoever is told twice knows it by this, and services that raise and close incidents by a key take it for that. It
  /// is the 64-bit FNV-1a hash (Fowler, Noll, Vo) of rule, slot, source and the second of the start.
  package static func id(of notice: AlertNotice) -> String {
    let identity = notice.identity
    let start = RFC3339.format(notice.startsAt).prefix(secondDigits)
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    // A zero byte stands between the parts, and two for no slot: no part holds one alone.
    for byte in [identity.rule, identity.slotID ?? "\0", identity.source, String(start)].joined(separator: "\0").utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  static func write(_ notice: AlertNotice, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("schema", schema)
      writer.member("id", id(of: notice))
      writer.member("status", notice.isFiring ? "firing" : "resolved")
      writer.member("rule", notice.identity.rule)
      writer.member("severity", notice.severity.rawValue)
      writer.member("source", notice.identity.source)
      writer.key("slot")
      if let id = notice.identity.slotID {
        writer.object { writer in
          writer.member("id", id)
          writer.member("name", notice.slotName ?? id)
          writer.member("provider_id", notice.providerID)
        }
      } else {
        writer.null()
      }
      writer.member("state", notice.state)
      writer.member("starts_at", notice.startsAt)
      writer.member("ends_at", notice.endsAt)
      writer.member("summary", notice.summary)
      writer.key("figures")
      if let figures = notice.figures { write(figures, to: &writer) } else { writer.null() }
      writer.member("runbook", notice.runbook)
    }
  }

  private static func write(_ figures: AlertNotice.Figures, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("failures", figures.failures)
      writer.member("runs", figures.runs)
      writer.member("failure_ratio", figures.ratio)
      writer.member("ratio_low", figures.lowEnd)
      writer.member("usual", figures.usual)
      writer.member("leading_kind", figures.leadingKind.map(\.documentName))
    }
  }
}

extension FailureKind {
  /// The name that the kind's counter has in every document.
  var documentName: String {
    switch self {
    case .timeouts: "timeouts"
    case .providerErrors: "provider_errors"
    case .errors: "errors"
    case .cancelled: "cancelled"
    }
  }

  /// The kind whose counter has this name; `nil` where there is none.
  init?(documentName: String) {
    guard let kind = Self.allCases.first(where: { $0.documentName == documentName }) else { return nil }
    self = kind
  }
}
