import Foundation
import SlotStats
import Testing

@testable import Notifications

@Suite struct NoticeDocumentTests {
  private func text(_ notice: AlertNotice) -> String { String(decoding: NoticeDocument.bytes(notice), as: UTF8.self) }

  @Test func isOneLineWithEverythingThatIsKnown() {
    #expect(
      text(firing()) == #"{"schema":"slotwatch.notice/1","id":"\#(NoticeDocument.id(of: firing()))","status":"firing","#
        + #""rule":"provider down","severity":"page","source":"prod","#
        + #""slot":{"id":"slot-001","name":"Name of slot-001","provider_id":"meridian"},"state":"critical","#
        + #""starts_at":"2026-11-18T11:06:40Z","ends_at":null,"summary":"last hour 39.1% (18/46)","#
        + #""figures":{"failures":18,"runs":46,"failure_ratio":0.391304347826087,"ratio_low":0.264,"usual":0.028,"#
        + #""leading_kind":"provider_errors"},"runbook":"https://wiki.example/provider"}"#)
  }

  @Test func whatIsNotKnownIsNull() {
    var notice = firing(nil).resolved(at: instant(90))
    (notice.figures, notice.runbook) = (nil, nil)
    let text = text(notice)
    #expect(text.contains(#""status":"resolved""#) && text.contains(#""slot":null,"#))
    #expect(text.contains(#""ends_at":"2026-11-18T11:08:10Z""#))
    #expect(text.contains(#""figures":null,"runbook":null}"#))
  }

  @Test func controlsInATextAreEscaped() {
    var notice = firing()
    notice.summary = "a\u{1B}]0;x\u{7}\n\"b\u{9B}"
    #expect(text(notice).unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
    #expect(NoticeReader.notice(in: NoticeDocument.bytes(notice)) == notice)
  }

  @Test func theIdIsTheAlertsOwn() {
    let id = NoticeDocument.id(of: firing())
    #expect(id.wholeMatch(of: /[0-9a-f]{16}/) != nil)
    #expect(id == NoticeDocument.id(of: firing().resolved(at: instant(60))))
    #expect(id == NoticeDocument.id(of: firing(at: 0.25)))
    let others = [
      firing("slot-002"), firing(nil), firing(rule: "other"), firing(at: 1), firing("", rule: "provider downslot-001"),
    ]
    #expect(Set(others.map { NoticeDocument.id(of: $0) } + [id]).count == 6)
  }

  @Test func anEndBeforeTheStartIsTheStart() {
    #expect(firing().resolved(at: instant(-5)).endsAt == instant())
  }

  @Test(arguments: [
    firing(), firing(nil), firing().resolved(at: instant(61)), firing(nil, severity: .notice),
    firing("\u{202E}слот \"7\""),
  ])
  func isReadBackAsItWasWritten(notice: AlertNotice) {
    #expect(NoticeReader.notice(in: NoticeDocument.bytes(notice)) == notice)
  }

  @Test func nothingElseIsReadAsANotice() {
    let good = text(firing())
    for bad in [
      "", "null", "{}", good.replacing("slotwatch.notice/1", with: "slotwatch.notice/2"), String(good.dropLast()),
      good.replacing("\"page\"", with: "\"shout\""), good.replacing("2026-11-18T", with: "yesterday T"),
      good.replacing("\"ends_at\":null", with: "\"ends_at\":\"soon\""),
    ] {
      #expect(NoticeReader.notice(in: Array(bad.utf8)) == nil, "\(bad)")
    }
  }
}

/// The schema that ships describes what is written: the same keys, all of them required, of the same sorts.
@Suite struct NoticeSchemaTests {
  private typealias Object = [String: Any]

  private let schema: [String: Any]

  init() throws {
    let file = URL(filePath: #filePath).appending(path: "../../../assets/notice.schema.json").standardizedFileURL
    schema = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
  }

  private func written(_ notice: AlertNotice) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(NoticeDocument.bytes(notice))) as? [String: Any])
  }

  private func definition(_ name: String) throws -> [String: Any] {
    try #require((schema["$defs"] as? Object)?[name] as? Object)
  }

  private func enumeration(_ key: String, _ part: [String: Any]) -> [String] {
    (((part["properties"] as? Object)?[key] as? Object)?["enum"] as? [Any] ?? []).compactMap { $0 as? String }
  }

  private func hasTheSameKeys(_ part: [String: Any], _ object: [String: Any]) -> Bool {
    let required = Set(part["required"] as? [String] ?? [])
    return required == Set(object.keys) && required == Set((part["properties"] as? Object ?? [:]).keys)
  }

  @Test func namesEveryKey() throws {
    let object = try written(firing())
    #expect(hasTheSameKeys(schema, object))
    #expect(hasTheSameKeys(try definition("slot"), try #require(object["slot"] as? Object)))
    #expect(hasTheSameKeys(try definition("figures"), try #require(object["figures"] as? Object)))
  }

  @Test func namesEveryWordOfAList() throws {
    #expect(((schema["properties"] as? Object)?["schema"] as? Object)?["const"] as? String == NoticeDocument.schema)
    #expect(enumeration("severity", schema) == AlertNotice.Severity.allCases.map(\.rawValue))
    #expect(
      Set(enumeration("leading_kind", try definition("figures"))) == Set(FailureKind.allCases.map(\.documentName)))
    let statuses = try [firing(), firing().resolved(at: instant(1))].map { try written($0)["status"] as? String }
    #expect(enumeration("status", schema) == statuses)
  }

  @Test func theNamesOfKindsAreThoseOfTheirCounters() {
    for kind in FailureKind.allCases {
      let key = StatsCounters.keys.first { $0.name == kind.documentName }
      var counters = StatsCounters.zero
      if let key { counters[keyPath: key.path] = 1 }
      #expect(kind.count(in: counters) == 1)
    }
  }
}
