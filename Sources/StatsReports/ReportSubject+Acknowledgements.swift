import SlotStats

extension ReportSubject {
  /// Whether the trouble of a slot, or of all slots together, is acknowledged.
  func isAcknowledged(_ slotID: Slot.ID?) -> Bool { acknowledgements[slotID] != nil }

  /// How many of the slots are acknowledged.
  var acknowledgedCount: Int {
    acknowledgements.isEmpty ? 0 : fleet.slots.count { isAcknowledged($0.id) }
  }

  /// The slots that are not acknowledged, in their order.
  var unacknowledged: [JudgedSlot] {
    acknowledgements.isEmpty ? fleet.slots : fleet.slots.filter { !isAcknowledged($0.id) }
  }

  /// The slots in their order, those that are acknowledged below all others.
  var rows: [JudgedSlot] {
    acknowledgements.isEmpty ? fleet.slots : unacknowledged + fleet.slots.filter { isAcknowledged($0.id) }
  }

  /// How many slots are in each state, those that are acknowledged aside.
  var stateCounts: [(state: SlotState, count: Int)] {
    acknowledgements.isEmpty ? fleet.stateCounts : fleet.keeping { !isAcknowledged($0.id) }.stateCounts
  }

  /// `1 acknowledged`; `nil` for none.
  var acknowledgedWords: String? {
    let count = acknowledgedCount
    return count == 0 ? nil : "\(NumberText.grouped(count)) acknowledged"
  }
}
