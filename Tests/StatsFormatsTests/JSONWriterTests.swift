import Foundation
import SlotStats
import Testing

@testable import StatsFormats

@Suite struct JSONWriterTests {
  private func written(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func putsCommasBetweenMembersAndValues() {
    let text = written { writer in
      writer.object { writer in
        writer.member("a", 1)
        writer.key("b")
        writer.array { writer in
          writer.value(true)
          writer.array { _ in }
          writer.object { _ in }
          writer.null()
        }
        writer.member("c", nil as String?)
        writer.member("d", 0.05)
        writer.member("e", Date(timeIntervalSince1970: 0.5))
      }
      writer.newline()
    }
    #expect(text == #"{"a":1,"b":[true,[],{},null],"c":null,"d":0.05,"e":"1970-01-01T00:00:00.5Z"}"# + "\n")
  }

  @Test func keepsTextAndEscapesControls() {
    let text = written { $0.value("\"\\/\n\r\t\0\u{1F}\u{7F}\u{85}\u{9B}é\u{202E}\u{2028}😀") }
    #expect(text == #""\"\\/\n\r\t\u0000\u001f\u007f\u0085\u009bé"# + "\u{202E}\u{2028}😀\"")
  }

  @Test(arguments: [0.1, 1.0 / 3, 1e-300, 1.7976931348623157e308, -0.0, 1e16, 123456789.125, 0.17164179104477612])
  func numbersReadBackTheSame(number: Double) throws {
    let text = written { $0.array { $0.value(number) } }
    #expect(try JSONDecoder().decode([Double].self, from: Data(text.utf8)) == [number])
  }

  @Test func whatIsNoNumberBecomesNull() {
    let text = written { writer in
      writer.array { writer in
        writer.value(Double.nan)
        writer.value(Double.infinity)
        writer.value(Int.max)
        writer.value(Int.min)
      }
    }
    #expect(text == "[null,null,9223372036854775807,-9223372036854775808]")
  }

  @Test func aWrittenSnapshotReadsBackTheSame() throws {
    let document = try SnapshotText.read(
      SnapshotText.document(
        slots: """
          [{"id":"a","name":"Пленка\\u0007 \\"x\\"","provider_id":"p","active":false,"last_reset_at":"2026-11-01T00:00:00.25Z"},
          {"id":"b"}]
          """,
        windows: """
          {"day":{"slots":{"a":[\(SnapshotText.day("2026-11-22", #","success":1,"timeouts":2,"provider_errors":3"#))],
          "c":[\(SnapshotText.day("2026-11-23", #","cancelled":4,"errors":5,"ingest_count":6"#))]}}}
          """, more: #","refresh_seconds":60"#))
    #expect(try SnapshotDocument(parsing: SnapshotWriter.bytes(of: document)) == document)
  }

  @Test func theLastDayOfAllIsWrittenByItsDate() throws {
    let document = try SnapshotText.read(
      SnapshotText.document(
        generatedAt: #""9999-12-31T12:00:00Z""#,
        windows: """
          {"day":{"global":[{"period_start":"9999-12-31","period_end":"9999-12-31"}]},
          "week":{"global":[{"period_start":"9999-12-20","period_end":"9999-12-26"}]}}
          """))
    #expect(try SnapshotDocument(parsing: SnapshotWriter.bytes(of: document)) == document)
  }
}
