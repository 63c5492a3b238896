import GRDB
import SlotStats
import StatsFormats

/// The keys of slots. A slot's key never changes, so what was looked up once holds for good.
struct SlotKeys: Sendable {
  private var keys: [Slot.ID: Int64] = [:]
  /// The keys of a batch's slots, by their numbers; 0 where it was not needed yet.
  private var batch: [Int64] = []
  /// The slots that the batch brought.
  private(set) var added: Set<Int64> = []

  /// More than these are not remembered.
  private static let remembered = 131_072

  /// Begins a batch.
  mutating func begin(_ slots: EventSlots) {
    batch.removeAll(keepingCapacity: true)
    batch.append(contentsOf: repeatElement(0, count: slots.count))
    added = []
    if keys.count > Self.remembered { keys = [:] }
  }

  /// Forgets what was looked up: the batch that added it was not stored.
  mutating func forget() {
    keys = [:]
  }

  /// The key of the slot that has a number in the batch; a new slot is added to the store.
  @inline(__always)
  mutating func key(of number: Int32, in slots: EventSlots, _ db: Database) throws -> Int64 {
    let key = batch[Int(number)]
    return key != 0 ? key : try look(up: number, in: slots, db)
  }

  /// The ids of these keys; those of the batch's own slots are at hand.
  func ids(of wanted: Set<Int64>, in slots: EventSlots, _ db: Database) throws -> Set<Slot.ID> {
    var ids = Set<Slot.ID>()
    var others = wanted
    for (number, key) in batch.enumerated() where others.remove(key) != nil { ids.insert(slots[Int32(number)]) }
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

  private mutating func look(up number: Int32, in slots: EventSlots, _ db: Database) throws -> Int64 {
    let id = slots[number]
    if let known = keys[id] {
      batch[Int(number)] = known
      return known
    }
    let find = try StoreStatement(db, "SELECT key FROM slots WHERE id = ?1")
    find.bind(text: id, at: 1)
    defer { find.reset() }
    let key: Int64
    if try find.step() {
      key = find.int(0)
    } else {
      let insert = try StoreStatement(db, "INSERT INTO slots (id) VALUES (?1)")
      insert.bind(text: id, at: 1)
      try insert.run()
      key = db.lastInsertedRowID
      added.insert(key)
    }
    keys[id] = key
    batch[Int(number)] = key
    return key
  }
}
