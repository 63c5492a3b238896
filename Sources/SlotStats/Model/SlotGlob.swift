/// A pattern for ids of slots: `*` is any text, `?` any character, `[a-c]` one of some and `[!a-c]` one of the others; outside
/// brackets `\` takes a meaning away. Letters count as they are, and the whole id has to fit.
package struct SlotGlob: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case scalar(Unicode.Scalar)
    case any, run
    case one(of: [ClosedRange<Unicode.Scalar>], isNegated: Bool)
  }

  /// The pattern as it was given.
  package let text: String
  private let parts: [Part]

  /// Reads a pattern; `nil` for an empty one, for a `[` without its `]`, and for a range that ends before it begins.
  package init?(_ text: String) {
    var rest = Array(text.unicodeScalars)[...]
    var parts: [Part] = []
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*": if parts.last != .run { parts.append(.run) }
      case "?": parts.append(.any)
      case "[":
        guard let set = Self.set(&rest) else { return nil }
        parts.append(set)
      case "\\": parts.append(.scalar(rest.popFirst() ?? scalar))
      default: parts.append(.scalar(scalar))
      }
    }
    if parts.isEmpty { return nil }
    self.text = text
    self.parts = parts
  }

  /// What follows a `[`, up to its `]`; one that comes first is a member.
  private static func set(_ rest: inout ArraySlice<Unicode.Scalar>) -> Part? {
    let isNegated = rest.first == "!" || rest.first == "^"
    if isNegated { rest.removeFirst() }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while let scalar = rest.popFirst() {
      if scalar == "]", !ranges.isEmpty { return .one(of: ranges, isNegated: isNegated) }
      guard rest.first == "-", let last = rest.dropFirst().first, last != "]" else {
        ranges.append(scalar...scalar)
        continue
      }
      rest = rest.dropFirst(2)
      if last < scalar { return nil }
      ranges.append(scalar...last)
    }
    return nil
  }

  /// Whether the whole of `id` fits. It takes at most as many steps as the lengths of both multiplied.
  package func matches(_ id: String) -> Bool {
    let scalars = Array(id.unicodeScalars)
    var (part, place) = (0, 0)
    // Where to go on after one more character of the last run.
    var retry: (part: Int, place: Int)?
    while place < scalars.count {
      if part < parts.count, parts[part] == .run {
        retry = (part + 1, place)
        part += 1
      } else if part < parts.count, Self.fits(scalars[place], parts[part]) {
        part += 1
        place += 1
      } else if let last = retry {
        retry = (last.part, last.place + 1)
        (part, place) = (last.part, last.place + 1)
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { $0 == .run }
  }

  private static func fits(_ scalar: Unicode.Scalar, _ part: Part) -> Bool {
    switch part {
    case .scalar(let wanted): scalar == wanted
    case .any, .run: true
    case .one(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
    }
  }
}
