import SlotStats

/// What somebody says of a slot as a JSON object: `{"name":…,"provider_id":…,"runbook":…,"link":…}`. A member that is
/// `null` or empty takes away what was said; one that is left out leaves it.
package enum SlotDescriptionDocument {
  /// The longest document that is read, in bytes: every character may be written as an escape.
  package static let maxBytes = 64 << 10

  /// The object as UTF-8 text.
  package static func bytes(of description: SlotDescription) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      for text in SlotDescription.texts {
        if let value = description[keyPath: text.path] { writer.member(text.key, value) }
      }
    }
    return writer.bytes
  }

  /// The description in the UTF-8 text of an object; keys that are not known are ignored, but one must be known.
  /// - Throws: the first thing that is refused, by its place.
  package static func description(parsing bytes: [UInt8]) throws(SnapshotError) -> SlotDescription {
    try Reader.read(bytes) { reader throws(JSONFailure) in try reader.description() }
  }

  private struct Reader: WholeDocumentReader {
    var scanner: JSONScanner
    var refusal: SnapshotError?
    var memory = SeriesMemory()

    static let subject = "description"
    private static let keys = JSONKeyTable(SlotDescription.texts.map(\.key))

    init(_ scanner: JSONScanner) { self.scanner = scanner }

    mutating func description() throws(JSONFailure) -> SlotDescription {
      let start = scanner.cursor
      var description = SlotDescription()
      let seen = try object(Self.keys) { (reader, key) throws(JSONFailure) in
        let (_, path, limit) = SlotDescription.texts[key]
        if try reader.scanner.takeNull() {
          description[keyPath: path] = ""
        } else {
          description[keyPath: path] = try reader.text { SlotDescription.problem(of: $0, limit: limit) }
        }
      }
      if seen == 0 {
        throw refuse(at: start, "says nothing; \(SlotDescription.texts.map(\.key).joined(separator: ", ")) are read")
      }
      return description
    }
  }
}
