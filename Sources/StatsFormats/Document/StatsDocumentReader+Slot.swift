import FoundationEssentials
import SlotStats

private let slotKeys = JSONKeyTable(["id", "name", "provider_id", "active", "last_reset_at", "runbook", "link"])

extension StatsDocumentReader {
  /// Reads one slot.
  mutating func readSlot() throws(JSONFailure) -> Slot {
    let start = scanner.cursor
    var id: String?
    var name: String?
    var providerID: String?
    var isActive = true
    var lastResetAt: Date?
    var (runbook, link): (String?, String?)
    _ = try object(slotKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0: id = try reader.readSlotID()
      case 1: name = try reader.stringOrNull()
      case 2: providerID = try reader.stringOrNull()
      case 3: isActive = try reader.bool()
      case 4: lastResetAt = try reader.instantOrNull()
      case 5: runbook = try reader.addressOrNothing()
      default: link = try reader.addressOrNothing()
      }
    }
    guard let id else { throw refuse(at: start, step: ".id", "is missing; every slot has one") }
    if providerID?.isEmpty == true { providerID = nil }
    return Slot(
      id: id, name: name, providerID: providerID, isActive: isActive, lastResetAt: lastResetAt, runbook: runbook,
      link: link)
  }

  /// The text at the cursor, if it can be a runbook or a link. Others have given these names to something else before:
  /// whatever that is, it means nothing here.
  private mutating func addressOrNothing() throws(JSONFailure) -> String? {
    guard scanner.byte == 0x22 else {
      try scanner.skipValue()
      return nil
    }
    let text = try string()
    let isUsable = !text.isEmpty && SlotDescription.problem(of: text, limit: SlotDescription.maxAddressLength) == nil
    return isUsable ? text : nil
  }

  private mutating func readSlotID() throws(JSONFailure) -> String {
    let start = scanner.cursor
    let id = try string()
    if let problem = Self.problem(ofSlotID: id) { throw refuse(at: start, problem) }
    return id
  }

  /// What is wrong with a slot id, or `nil`. Its length is counted in Unicode scalars.
  static func problem(ofSlotID id: String) -> String? {
    if id.isEmpty { return "is \"\"; a slot id has 1 to \(Slot.maxIDLength) characters" }
    // An id has at most four times as many bytes, so only long ones are counted.
    guard id.utf8.count > Slot.maxIDLength, id.unicodeScalars.count > Slot.maxIDLength else { return nil }
    return "has \(id.unicodeScalars.count) characters; a slot id has 1 to \(Slot.maxIDLength)"
  }

  mutating func bool() throws(JSONFailure) -> Bool {
    guard let value = try scanner.takeBool() else { throw wrongType("true or false") }
    return value
  }

  private mutating func instantOrNull() throws(JSONFailure) -> Date? {
    if try scanner.takeNull() { return nil }
    return try instant().date
  }
}
