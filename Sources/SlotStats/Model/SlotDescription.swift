/// What people say of a slot: each text is one line; `nil` says nothing, an empty one takes away what was said.
public struct SlotDescription: Hashable, Sendable {
  /// What it is called; at most ``maxNameLength`` characters.
  public var name: String?
  /// Who does the work for it; at most ``maxNameLength`` characters.
  public var providerID: String?
  /// Where it is written what to do when it fails; at most ``maxAddressLength`` characters.
  public var runbook: String?
  /// Where more can be seen of it; at most ``maxAddressLength`` characters.
  public var link: String?

  /// The longest name, of a slot or a provider, in characters.
  public static let maxNameLength = 256
  /// The longest runbook or link, in characters.
  public static let maxAddressLength = 2_048

  /// Its texts by the names that documents and options have for them, with the most characters of each.
  package static let texts:
    [(key: String, path: any WritableKeyPath<SlotDescription, String?> & Sendable, limit: Int)] = [
      ("name", \.name, maxNameLength), ("provider_id", \.providerID, maxNameLength),
      ("runbook", \.runbook, maxAddressLength), ("link", \.link, maxAddressLength),
    ]

  /// A description; by default one that says nothing.
  public init(name: String? = nil, providerID: String? = nil, runbook: String? = nil, link: String? = nil) {
    self.name = name
    self.providerID = providerID
    self.runbook = runbook
    self.link = link
  }

  /// What is wrong with a text of at most `limit` characters, to be read after its name; `nil` where it is good.
  package static func problem(of text: String, limit: Int) -> String? {
    // A character has at most four bytes, so only long texts are counted.
    if text.utf8.count > limit, text.unicodeScalars.count > limit {
      return "has \(text.unicodeScalars.count) characters; it has at most \(limit)"
    }
    return text.unicodeScalars.contains(where: breaksLine) ? "has a control character; it is one line of text" : nil
  }

  private static func breaksLine(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

extension Slot {
  /// The slot with what `description` says of it in place of what the source does.
  package func described(by description: SlotDescription) -> Slot {
    func text(_ own: String?, _ said: String?) -> String? { said.map { $0.isEmpty ? nil : $0 } ?? own }
    var slot = self
    slot.name = text(name, description.name) ?? id
    slot.providerID = text(providerID, description.providerID)
    slot.runbook = text(runbook, description.runbook)
    slot.link = text(link, description.link)
    return slot
  }
}

extension [Slot] {
  /// The slots with what is said of some of them; the same list where nothing is said.
  func described(by descriptions: [Slot.ID: SlotDescription]) -> [Slot] {
    descriptions.isEmpty ? self : map { slot in descriptions[slot.id].map(slot.described(by:)) ?? slot }
  }
}
