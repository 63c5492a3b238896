/// Which rules look at which slots: the patterns are held against the ids once for a list of slots, not at each tick.
struct RuleRoster: Sendable {
  /// The slots, by their places.
  let slots: [Slot.ID]
  /// The rules of all slots that fit the same ones, by their places among the rules.
  private let sets: [[Int]]
  /// Which of ``sets`` is each slot's.
  private let setOfSlot: [Int]
  /// The rules that look at all slots together or at the source.
  let single: [(rule: Int, target: AlertTarget)]

  /// No slots.
  init(_ rules: [AlertRule]) { self.init(rules, slots: []) }

  /// Holds the patterns of `rules` against `slots`.
  init(_ rules: [AlertRule], slots: [Slot.ID]) {
    self.slots = slots
    var single: [(rule: Int, target: AlertTarget)] = []
    var selections: [(rule: Int, slots: SlotSelection)] = []
    for (place, rule) in rules.enumerated() {
      switch rule.scope {
      case .slots(let selection): selections.append((place, selection))
      case .all: single.append((place, .all))
      case .source: single.append((place, .source))
      }
    }
    var (sets, places) = ([[Int]](), [[Int]: Int]())
    setOfSlot = slots.map { id in
      let set = selections.filter { $0.slots.contains(id) }.map(\.rule)
      if let place = places[set] { return place }
      places[set] = sets.count
      sets.append(set)
      return sets.count - 1
    }
    self.sets = sets
    self.single = single
  }

  /// The rules that look at the slot at `place`, by their places.
  func rules(ofSlotAt place: Int) -> [Int] { sets[setOfSlot[place]] }
}

/// A pattern of a rule that fits no slot: perhaps misspelt.
package struct UnmatchedGlob: Hashable, Sendable {
  /// The rule's name.
  package let rule: String
  /// The pattern, as it is written.
  package let glob: String
}
