import SlotStats

/// Patterns for slots: the first line is the pattern, the rest the id; held against a matcher that tries everything.
let globTarget = FuzzTarget(
  name: "globs", words: ["[a-c]", "[!a-c]", "[^]]", "[]a]", "\\*", "a*a", "**", "???", "[-]", "[a-]", "[z-a]"],
  maxBytes: 600,
  seeds: {
    [
      "slot-*\nslot-001", "*a*b*c\naabbcc", "[a-c]?[!x]\nabz", "\\*[]]\n*]", "slot-00[1-3]\nslot-002", "*\n",
      "é?\née\u{301}",
    ]
    .map { Array($0.utf8) }
  }
) { bytes in
  let text = String(decoding: bytes, as: UTF8.self).unicodeScalars
  let end = text.firstIndex(of: "\n") ?? text.endIndex
  let (pattern, id) = (String(text[..<end]), String(text[end...].dropFirst()))
  let plain = PlainGlob(pattern)
  guard let glob = SlotGlob(pattern) else {
    try expect(plain == nil, "\(pattern.debugDescription) is refused")
    return "no"
  }
  guard let plain else { throw Broken("\(pattern.debugDescription) is taken") }
  let fits = glob.matches(id)
  try expect(fits == plain.matches(id), "\(pattern.debugDescription) of \(id.debugDescription) is \(fits)")
  return "\(fits) \(min(pattern.unicodeScalars.count, 12))"
}

/// A pattern in the plainest way: a set of places in the pattern, moved on by each character.
private struct PlainGlob {
  private var parts: [(isRun: Bool, fits: (Unicode.Scalar) -> Bool)] = []

  init?(_ text: String) {
    var rest = Array(text.unicodeScalars)
    if rest.isEmpty { return nil }
    while !rest.isEmpty {
      let scalar = rest.removeFirst()
      switch scalar {
      case "*": parts.append((true, { _ in true }))
      case "?": parts.append((false, { _ in true }))
      case "\\":
        let wanted = rest.isEmpty ? scalar : rest.removeFirst()
        parts.append((false, { $0 == wanted }))
      case "[":
        guard let fits = Self.set(&rest) else { return nil }
        parts.append((false, fits))
      default: parts.append((false, { $0 == scalar }))
      }
    }
  }

  private static func set(_ rest: inout [Unicode.Scalar]) -> ((Unicode.Scalar) -> Bool)? {
    var isNegated = false
    if let first = rest.first, first == "!" || first == "^" {
      isNegated = true
      rest.removeFirst()
    }
    // The end is the first `]` that is neither first nor the end of a range.
    var ranges: [(UInt32, UInt32)] = []
    while !rest.isEmpty {
      if rest[0] == "]", !ranges.isEmpty {
        rest.removeFirst()
        return { scalar in ranges.contains { $0.0 <= scalar.value && scalar.value <= $0.1 } != isNegated }
      }
      if rest.count > 2, rest[1] == "-", rest[2] != "]" {
        if rest[2] < rest[0] { return nil }
        ranges.append((rest[0].value, rest[2].value))
        rest.removeFirst(3)
      } else {
        ranges.append((rest[0].value, rest[0].value))
        rest.removeFirst()
      }
    }
    return nil
  }

  func matches(_ id: String) -> Bool {
    var places = closure([0])
    for scalar in id.unicodeScalars {
      var next: Set<Int> = []
      for place in places where place < parts.count && parts[place].fits(scalar) {
        next.insert(parts[place].isRun ? place : place + 1)
      }
      places = closure(next)
    }
    return places.contains(parts.count)
  }

  private func closure(_ places: Set<Int>) -> Set<Int> {
    var all = places
    for place in places.sorted() {
      var next = place
      while next < parts.count, parts[next].isRun {
        next += 1
        all.insert(next)
      }
    }
    return all
  }
}
