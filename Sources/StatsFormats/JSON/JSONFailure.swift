/// Where a document stopped being JSON, or stopped being what its reader wants.
///
/// Small on purpose: the texts are made when the failure is shown, not where it is found.
package struct JSONFailure: Error, Hashable, Sendable {
  /// The byte it was found at, from 0.
  package var offset: Int
  /// What is wrong there.
  package var fault: Fault

  /// What can be wrong with JSON text (RFC 8259).
  package enum Fault: Hashable, Sendable {
    case unexpectedEnd, expectedValue, expectedKey, expectedColon, expectedCommaOrBrace, expectedCommaOrBracket
    case trailingComma, malformedNumber, malformedEscape, loneSurrogate, controlCharacter, invalidUTF8
    case nestedTooDeep, byteOrderMark, contentAfterEnd
    /// It is JSON; the reader that threw this refuses the value and holds the reason.
    case refused
  }
}

extension JSONFailure.Fault {
  /// What is wrong, as the end of a sentence that begins with the place; `found` is the byte there, in words.
  func problem(found: String) -> String {
    switch self {
    case .unexpectedEnd: "is the end, in the middle of the document; it is cut off"
    case .expectedValue: "is \(found); a value is expected"
    case .expectedKey: "is \(found); a key in quotes is expected"
    case .expectedColon: "is \(found); a colon is expected after a key"
    case .expectedCommaOrBrace: "is \(found); a comma or \"}\" is expected"
    case .expectedCommaOrBracket: "is \(found); a comma or \"]\" is expected"
    case .trailingComma: "is \(found) after a comma; JSON allows no trailing comma"
    case .malformedNumber: "is \(found) in a number; JSON numbers look like 12, -0.5 or 3e2"
    case .malformedEscape: "is an escape that JSON does not have"
    case .loneSurrogate: "is half of a surrogate pair; the other half is missing"
    case .controlCharacter: "is a control character in a text; it must be escaped"
    case .invalidUTF8: "is not valid UTF-8"
    case .nestedTooDeep: "is nested deeper than \(JSONScanner.maxDepth) levels"
    case .byteOrderMark: "is a byte order mark; the document must begin without one"
    case .contentAfterEnd: "is \(found) after the end of the document"
    case .refused: "is refused"
    }
  }
}
