import Testing

@testable import StatsFormats

@Suite struct ForeignContentTests {
  @Test(arguments: [
    (ForeignContent.sqlite, Array("SQLite format 3\0".utf8)), (.gzip, [0x1F, 0x8B, 8]),
    (.zstd, [0x28, 0xB5, 0x2F, 0xFD, 0]), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]), (.bzip2, Array("BZh91AY".utf8)),
    (.zip, [0x50, 0x4B, 3, 4]), (.utf16, [0xFF, 0xFE, 0x7B, 0]), (.utf16, [0xFE, 0xFF, 0, 0x7B]),
    (.utf16, [0x7B, 0, 0x22, 0]), (.utf16, [0, 0x7B, 0, 0x22]), (.utf32, [0xFF, 0xFE, 0, 0, 0x7B, 0, 0, 0]),
    (.page, Array("\n <!DOCTYPE html><title>Log in".utf8)), (.page, Array("<html>".utf8)),
    (.snapshot, Array(#"{ "schema" : "slotwatch.snapshot/1", "windows": {}}"#.utf8)),
    (.snapshot, Array("{\n  \"windows\": {}, \"schema\": \"slotwatch.snapshot/1\"}".utf8)),
    (.events, Array(#"{"id":"a","job_id":"b","slot_id":"s","status":"received"}"#.utf8)),
    (.events, Array("\u{FEFF}[{\"id\":\"a\",\"job_id\":\"b\",\"slot_id\":\"s\",\"status\":\"x\"}]".utf8)),
  ])
  func isKnownByItsBeginning(kind: ForeignContent, head: [UInt8]) {
    #expect(ForeignContent(head) == kind)
    #expect(head.withUnsafeBytes { ForeignContent($0) } == kind)
  }

  @Test(arguments: [
    [], [0x7B], [0x1F], Array("{}".utf8), Array(#"{"a":"slotwatch.snapshot/1"}"#.utf8), Array("SQLite".utf8),
    [0, 0x7B, 0x22], [0, 0, 0, 0x7B, 0x22], Array(#"{"slot_id":"<html>"}"#.utf8), Array("not json".utf8),
  ])
  func mayBeAnything(head: [UInt8]) {
    #expect(ForeignContent(head) == nil)
  }

  @Test func isKnownInATarOnlyByItsHeader() {
    #expect(ForeignContent([UInt8](repeating: 0x61, count: 257) + Array("ustar".utf8)) == .tar)
  }

  @Test func saysWhatToDo() {
    for kind in ForeignContent.allCases {
      #expect(!kind.asSnapshot.isEmpty && !kind.asEvents.isEmpty && kind.name.hasPrefix("it "))
    }
    #expect(ForeignContent.sqlite.snapshotCause == "it is an SQLite database; use sqlite:FILE")
    #expect(ForeignContent.zstd.eventsCause == "it is packed with zstd; pipe it: zstd -dc FILE | slotwatch ingest -")
  }
}
