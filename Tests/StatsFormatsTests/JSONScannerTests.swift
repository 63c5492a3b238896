import Testing

@testable import StatsFormats

@Suite struct JSONScannerTests {
  /// Calls `body` with a scanner over the text.
  private func scan<Value>(_ text: String, _ body: (inout JSONScanner) throws -> Value) throws -> Value {
    try scan(Array(text.utf8), body)
  }

  private func scan<Value>(_ bytes: [UInt8], _ body: (inout JSONScanner) throws -> Value) throws -> Value {
    try bytes.withUnsafeBytes { bytes in
      var scanner = try #require(JSONScanner(bytes))
      return try body(&scanner)
    }
  }

  private func fault(_ bytes: [UInt8]) throws -> JSONFailure? {
    try scan(bytes) { scanner in
      do throws(JSONFailure) {
        try scanner.start()
        try scanner.skipValue()
        try scanner.finish()
        return nil
      } catch {
        return error
      }
    }
  }

  @Test(arguments: [
    ("0", 0), ("7", 7), ("3.0", 3), ("3e2", 300), ("3E+2", 300), ("300e-2", 3), ("-0", 0), ("-0.0", 0), ("0e999", 0),
    ("-0e-999999999999999999999", 0), ("0.0000000000000000000000000000", 0), ("1.5e1", 15), ("120.00e-1", 12),
    ("9223372036854775807", Int.max), ("9223372036854775807.000", Int.max), ("9223372036854775.807e3", Int.max),
    ("92233720368547758070e-1", Int.max), ("0.000000000000000000001e21", 1),
    ("100000000000000000000000000000e-29", 1), ("123456789012345678", 123_456_789_012_345_678),
    ("1234567890123456789", 1_234_567_890_123_456_789), ("1e18", 1_000_000_000_000_000_000),
  ])
  func readsWholeNumbersHoweverWritten(text: String, value: Int) throws {
    for text in [text, text + " "] {
      let number = try scan(text) { try $0.wholeNumber() }
      #expect(number == .value(value))
    }
  }

  @Test(arguments: [
    ("-1", JSONScanner.WholeNumber.negative), ("-0.5", .negative), ("-1e-9", .negative), ("2.5", .fractional),
    ("1e-1", .fractional), ("5e-324", .fractional), ("1e-99999999999999999999", .fractional),
    ("9223372036854775808", .tooLarge), ("1e19", .tooLarge), ("1e99999999999999999999", .tooLarge),
    ("99999999999999999999999999999999999999", .tooLarge), ("12345678901234567890.0", .tooLarge),
    ("100000000000000000000000000000000001", .tooLarge), ("12345678901234567890123.5", .fractional),
    ("9223372036854775807.5", .fractional), ("18446744073709551616", .tooLarge), ("10e18", .tooLarge),
  ])
  func tellsWhyANumberIsNoCounter(text: String, verdict: JSONScanner.WholeNumber) throws {
    let number = try scan(text) { try $0.wholeNumber() }
    #expect(number == verdict)
  }

  @Test(arguments: [
    "00", "01", "-", "-a", "+1", ".5", "1.", "1.e5", "1e", "1e+", "1e-x", "0x10", "1_000", "--1", "NaN", "Infinity",
    "-Infinity", "1.5.5", "1e5e5", "1e5.5", "-01",
  ])
  func refusesWhatIsNoNumber(text: String) throws {
    #expect(try fault(Array(text.utf8)) != nil)
    #expect(try fault(Array("[\(text),1]".utf8)) != nil)
  }

  @Test(arguments: [
    (#""""#, ""), (#""plain""#, "plain"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9""#, "Aé"),
    (#""\ud83d\ude00!""#, "😀!"), (#""\uD83D\uDE00""#, "😀"), (#""\u0000""#, "\0"), ("\"\u{7F}\u{80}\"", "\u{7F}\u{80}"),
    ("\"Пленка 90-х\"", "Пленка 90-х"), ("\"中文字 😀 long enough for words\"", "中文字 😀 long enough for words"),
    ("\"\u{10FFFF}\u{FFFF}\u{800}\"", "\u{10FFFF}\u{FFFF}\u{800}"),
  ])
  func readsTexts(text: String, expected: String) throws {
    let string = try scan(text) { scanner in scanner.string(try scanner.text()) }
    #expect(Array(string.unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test(arguments: [
    (#""\ud83d""#, JSONFailure.Fault.loneSurrogate, 1), (#""\ude00""#, .loneSurrogate, 1),
    (#""\ud83d\n""#, .loneSurrogate, 1), (#""\ud83dx""#, .loneSurrogate, 1), (#""\ud83d\ud83d""#, .loneSurrogate, 1),
    (#""ab\ud83d\u0041""#, .loneSurrogate, 3), (#""\x""#, .malformedEscape, 1), (#""\u12g4""#, .malformedEscape, 1),
    (#""\ud83d\u12g4""#, .malformedEscape, 7), ("\"a\nb\"", .controlCharacter, 2),
    ("\"12345678\u{1}\"", .controlCharacter, 9),
    ("\"\0\"", .controlCharacter, 1), ("\"abc", .unexpectedEnd, 4), ("\"abc\\", .unexpectedEnd, 5),
    ("\"\\u00", .unexpectedEnd, 5), ("\"\\ud83d", .unexpectedEnd, 7), ("\"\\ud83d\\", .unexpectedEnd, 8),
    ("\"\\ud83d\\ude", .unexpectedEnd, 11),
  ])
  func refusesTexts(text: String, fault: JSONFailure.Fault, offset: Int) throws {
    #expect(try self.fault(Array(text.utf8)) == JSONFailure(offset: offset, fault: fault))
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
      [0xED, 0xA0, 0x80],
      [0xED, 0xBF, 0xBF], [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE], [0xF0, 0x9F, 0x98],
    ] as [[UInt8]])
  func refusesInvalidUTF8(bytes: [UInt8]) throws {
    for padding in [0, 1, 7, 8, 9] {
      let text = Array("{\"".utf8) + Array(repeating: 0x61, count: padding) + bytes + Array("\":1}".utf8)
      #expect(try fault(text) == JSONFailure(offset: 2 + padding, fault: .invalidUTF8))
    }
  }

  @Test func agreesWithSwiftOnEveryTwoAndThreeByteSequence() throws {
    var mismatches: [[UInt8]] = []
    let tails: [UInt8] = [0x00, 0x22, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
    for first in UInt8(0x80)...0xFF {
      for second in tails {
        for third in tails where third != 0x22 && second != 0x22 {
          let bytes = [first, second, third]
          let isGood = String(validating: bytes, as: UTF8.self) != nil && second >= 0x20 && third >= 0x20
          if (try fault([0x22] + bytes + [0x22]) == nil) != isGood { mismatches.append(bytes) }
        }
      }
    }
    #expect(mismatches == [])
  }

  @Test func nestsSixtyFourLevelsAndNoMore() throws {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let inner = open == "[" ? "" : "1"
      let good = String(repeating: open, count: 64) + inner + String(repeating: close, count: 64)
      let bad = String(repeating: open, count: 65) + inner + String(repeating: close, count: 65)
      #expect(try fault(Array(good.utf8)) == nil)
      #expect(try fault(Array(bad.utf8)) == JSONFailure(offset: 64 * open.utf8.count, fault: .nestedTooDeep))
    }
    #expect(try fault(Array(repeating: 0x5B, count: 1_000_000))?.fault == .nestedTooDeep)
  }

  @Test(arguments: [
    "{}", "[]", " [ ] ", "[{}]", "[[],[]]", #"{"a":{},"b":[]}"#, "\t\r\n 1 \n", "true", "false", "null",
    #"{"a":1,"a":2}"#,
    #"[1,"x",{"y":[null,true,false,-1.5e-7]}]"#, #"{"":""}"#,
  ])
  func passesGoodValues(text: String) throws {
    #expect(try fault(Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    ("{,}", JSONFailure.Fault.expectedKey, 1), ("[,]", .expectedValue, 1), ("[1,]", .trailingComma, 3),
    (#"{"a":1,}"#, .trailingComma, 7), ("[1 2]", .expectedCommaOrBracket, 3), (#"{"a" 1}"#, .expectedColon, 5),
    (#"{"a":}"#, .expectedValue, 5), ("{a:1}", .expectedKey, 1), ("[}", .expectedValue, 1), ("{]", .expectedKey, 1),
    ("[1}", .expectedCommaOrBracket, 2), (#"{"a":1]"#, .expectedCommaOrBrace, 6), ("tru", .unexpectedEnd, 3),
    ("trux", .expectedValue, 0), ("True", .expectedValue, 0), ("nul1", .expectedValue, 0), ("1 1", .contentAfterEnd, 2),
    ("{}}", .contentAfterEnd, 2), ("'a'", .expectedValue, 0), ("[1,,2]", .expectedValue, 3),
    ("/**/1", .expectedValue, 0),
    ("\u{FEFF}1", .byteOrderMark, 0), ("\u{A0}1", .expectedValue, 0), ("\u{B}1", .expectedValue, 0),
    ("[", .unexpectedEnd, 1),
    ("{", .unexpectedEnd, 1), (#"{"a"#, .unexpectedEnd, 3), (#"{"a""#, .unexpectedEnd, 4), ("  ", .unexpectedEnd, 2),
    ("[1,", .unexpectedEnd, 3), ("1\0", .contentAfterEnd, 1), ("[1\0]", .expectedCommaOrBracket, 2),
  ])
  func refusesMalformedValues(text: String, fault: JSONFailure.Fault, offset: Int) throws {
    #expect(try self.fault(Array(text.utf8)) == JSONFailure(offset: offset, fault: fault))
  }
}
