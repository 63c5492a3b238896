#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Something that happened outside, such as a deployment, to be seen beside what failed.
public struct Mark: Hashable, Sendable {
  /// Its number in the place that keeps it, from 1; 0 before it is kept.
  public var id: Int
  /// When it happened.
  public var at: Date
  /// What happened, in 1 to ``maxTextLength`` characters. Text from outside.
  public var text: String
  /// Who says so, in up to ``Acknowledgement/maxNameLength`` characters; may be empty. Text from outside.
  public var by: String

  /// The longest text, in characters.
  public static let maxTextLength = 200
  /// How far ahead a mark may lie, in seconds.
  public static let maxLead: TimeInterval = 86_400
  /// How long one is kept, in seconds from its instant on.
  public static let keptTime: TimeInterval = 90 * 86_400

  /// A mark.
  public init(id: Int = 0, at: Date, text: String, by: String = "") {
    self.id = id
    self.at = at
    self.text = text
    self.by = by
  }

  /// What is wrong with a text, to be read after its name; `nil` where it is good.
  package static func problem(ofText text: String) -> String? {
    let isEmpty = text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    return isEmpty ? "is empty; it has 1 to \(maxTextLength) characters" : long(text, maxTextLength)
  }

  /// What is wrong with the name of who says it, to be read after its name; `nil` where it is good.
  package static func problem(ofName name: String) -> String? { long(name, Acknowledgement.maxNameLength) }

  /// What is wrong with an instant, to be read after its name; `nil` where it is good.
  package static func problem(ofInstant instant: Date, now: Date) -> String? {
    if instant > now.addingTimeInterval(maxLead) { return "is more than a day ahead" }
    return instant < now.addingTimeInterval(-keptTime)
      ? "is more than \(Int(keptTime / 86_400)) days ago; marks are kept so long" : nil
  }

  private static func long(_ text: String, _ limit: Int) -> String? {
    let count = text.unicodeScalars.count
    return count > limit ? "has \(count) characters; it has at most \(limit)" : nil
  }
}
