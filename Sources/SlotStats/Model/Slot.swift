#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A named place where jobs come in and are processed.
public struct Slot: Identifiable, Hashable, Sendable {
  /// The identity of a slot: any text of 1 to 128 characters.
  public typealias ID = String

  /// The longest identity that a source may give, in characters.
  public static let maxIDLength = 128

  /// What tells this slot from all others.
  public let id: ID
  /// What people call it; the id where the source gives no name.
  public var name: String
  /// Who does the work for this slot, if the source says.
  public var providerID: String?
  /// Whether the slot takes jobs. An inactive slot is never judged.
  public var isActive: Bool
  /// When its counters were last set back, if ever.
  public var lastResetAt: Date?
  /// Where it is written what to do when it fails, such as a URL; one line of at most
  /// ``SlotDescription/maxAddressLength`` characters, `nil` where nobody says.
  public var runbook: String?
  /// Where more can be seen of it, such as the URL of another dashboard; like ``runbook``.
  public var link: String?

  /// A slot. An empty or absent name becomes the id.
  public init(
    id: ID, name: String? = nil, providerID: String? = nil, isActive: Bool = true, lastResetAt: Date? = nil,
    runbook: String? = nil, link: String? = nil
  ) {
    self.id = id
    self.name = name.flatMap { $0.isEmpty ? nil : $0 } ?? id
    self.providerID = providerID
    self.isActive = isActive
    self.lastResetAt = lastResetAt
    self.runbook = runbook
    self.link = link
  }
}
