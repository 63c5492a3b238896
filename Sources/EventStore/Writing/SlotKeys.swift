import GRDB
import SlotStats
import StatsFormats

/// The keys of slots, and when each had its first event. A slot's key never changes, so what was looked up once holds
/// for good.
struct SlotKeys: Sendable {
  private struct Known {
    var key: Int64
    /// The second of its first event since 1970, as far as it was seen here; the largest number where there is none.
    /// Others may know of an earlier one.
    var first: Int64
  }

  private var known: [Slot.ID: Known] = [:]
  /// What is known of a batch's slots, by their numbers; of key 0 where it was not needed yet.
  private var batch: [Known] = []
  /// The seconds of the first events that the batch has of its slots.
  private var firsts: [Int64] = []

  /// More than these are not remembered.
  private static let remembered = 131_072

  /// Begins a batch.
  mutating func begin(_ slots: EventSlots) {
    batch.removeAll(keepingCapacity: true)
    batch.append(contentsOf: repeatElement(Known(key: 0, first: .max), count: slots.count))
    firsts.removeAll(keepingCapacity: true)
    firsts.append(contentsOf: repeatElement(.max, count: slots.count))
    if known.count > Self.remembered { known = [:] }
  }

  /// Forgets what was looked up: the batch that added it was not stored.
  mutating func forget() {
    known = [:]
  }

  /// The key of the slot that has a number in the batch; a new slot is added to the store.
  @inline(__always)
  mutating func key(of number: Int32, in slots: EventSlots, _ db: Database) throws -> Int64 {
    let key = batch[Int(number)].key
    return key != 0 ? key : try look(up: number, in: slots, db)
  }

  /// Takes the second of an event of a slot of the batch.
  @inline(__always)
  mutating func see(_ number: Int32, at second: Int64) {
    firsts[Int(number)] = min(firsts[Int(number)], second)
  }

  /// Keeps when the slots of the batch had their first events.
  /// - Returns: the keys of those whose first event is an earlier one now.
  mutating func keepFirstEvents(_ slots: EventSlots, _ db: Database) throws -> Set<Int64> {
    var changed: Set<Int64> = []
    for (number, slot) in batch.enumerated() where slot.key != 0 && firsts[number] < slot.first {
      let update = try StoreStatement(
        db, "UPDATE slots SET first_at = ?2 WHERE key = ?1 AND (first_at IS NULL OR first_at > ?2)")
      update.bind(slot.key, at: 1)
      update.bind(firsts[number], at: 2)
      try update.run()
      if db.changesCount > 0 { changed.insert(slot.key) }
      known[slots[Int32(number)]]?.first = firsts[number]
    }
    return changed
  }

  /// The ids of these keys; those of the batch's own slots are at hand.
  func ids(of wanted: Set<Int64>, in slots: EventSlots, _ db: Database) throws -> Set<Slot.ID> {
    var ids = Set<Slot.ID>()
    var others = wanted
    for (number, slot) in batch.enumerated() where others.remove(slot.key) != nil { ids.insert(slots[Int32(number)]) }
    guard !others.isEmpty else { return ids }
    let find = try StoreStatement(db, "SELECT id FROM slots WHERE key = ?1")
    defer { find.reset() }
    for key in others {
      find.bind(key, at: 1)
      if try find.step() { ids.insert(find.text(0) ?? "") }
      find.reset()
    }
    return ids
  }

  /// Whether the id of one key comes before that of another one, byte by byte.
  static func comesFirst(_ key: Int64, _ other: Int64, _ db: Database) throws -> Bool {
    let find = try StoreStatement(
      db, "SELECT (SELECT id FROM slots WHERE key = ?1) < (SELECT id FROM slots WHERE key = ?2)")
    find.bind(key, at: 1)
    find.bind(other, at: 2)
    defer { find.reset() }
    return try find.step() && find.int(0) != 0
  }

  private mutating func look(up number: Int32, in slots: EventSlots, _ db: Database) throws -> Int64 {
    let id = slots[number]
    if let slot = known[id] {
      batch[Int(number)] = slot
      return slot.key
    }
    let find = try StoreStatement(db, "SELECT key, first_at FROM slots WHERE id = ?1")
    find.bind(text: id, at: 1)
    defer { find.reset() }
    let slot: Known
    if try find.step() {
      slot = Known(key: find.int(0), first: find.isNull(1) ? .max : find.int(1))
    } else {
      let insert = try StoreStatement(db, "INSERT INTO slots (id) VALUES (?1)")
      insert.bind(text: id, at: 1)
      try insert.run()
      slot = Known(key: db.lastInsertedRowID, first: .max)
    }
    known[id] = slot
    batch[Int(number)] = slot
    return slot.key
  }
}
