/// Some of the slots, by patterns for their ids: those that fit one that takes in, save those that fit one that leaves
/// out. The order of the patterns means nothing.
package struct SlotSelection: Hashable, Sendable {
  /// The patterns that take slots in; none takes in all.
  package let included: [SlotGlob]
  /// The patterns that leave slots out.
  package let excluded: [SlotGlob]

  /// What begins a pattern that leaves slots out.
  private static let exclusion: Unicode.Scalar = "!"

  /// Every slot.
  package static let every = SlotSelection(included: [], excluded: [])

  /// The slots that fit one of `included`, or all if there is none, and none of `excluded`.
  package init(included: [SlotGlob], excluded: [SlotGlob]) {
    self.included = included
    self.excluded = excluded
  }

  /// Reads patterns as ``SlotGlob`` does; one behind a `!` leaves slots out. A `\!` begins an id with that sign.
  /// - Throws: the first text that is no pattern.
  package init(_ texts: [String]) throws(NoGlob) {
    var (included, excluded) = ([SlotGlob](), [SlotGlob]())
    for text in texts {
      let isExclusion = text.unicodeScalars.first == Self.exclusion
      guard let glob = SlotGlob(isExclusion ? String(text.unicodeScalars.dropFirst()) : text) else {
        throw NoGlob(text: text)
      }
      if isExclusion { excluded.append(glob) } else { included.append(glob) }
    }
    self.init(included: included, excluded: excluded)
  }

  /// A text that is no pattern.
  package struct NoGlob: Error, Hashable {
    /// The text.
    package let text: String
  }

  /// Whether the slot `id` is one of them.
  package func contains(_ id: Slot.ID) -> Bool {
    (included.isEmpty || included.contains { $0.matches(id) }) && !excluded.contains { $0.matches(id) }
  }

  /// The patterns as they are written.
  package var texts: [String] { included.map(\.text) + excluded.map { String(Self.exclusion) + $0.text } }

  /// The patterns, as they are written, that fit none of `ids`.
  package func unmatched(by ids: [Slot.ID]) -> [String] {
    let globs = zip(included + excluded, texts)
    return globs.filter { glob, _ in !ids.contains { glob.matches($0) } }.map(\.1)
  }
}
