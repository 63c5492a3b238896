import GRDB

/// Changes the rows of counters, within a transaction. Changes of one row that follow each other are one write.
struct RollupTable {
  private let find: StoreStatement
  private let write: StoreStatement
  private let remove: StoreStatement
  private var row: (layout: RollupLayout, block: Int64, slot: Int64)?
  private var block = RollupBlock()
  private var bytes: [UInt8] = []

  init(_ db: Database) throws {
    find = try StoreStatement(db, "SELECT buckets FROM rollups WHERE width = ?1 AND block = ?2 AND slot = ?3")
    write = try StoreStatement(db, "INSERT OR REPLACE INTO rollups VALUES (?1, ?2, ?3, ?4)")
    remove = try StoreStatement(db, "DELETE FROM rollups WHERE width = ?1 AND block = ?2 AND slot = ?3")
  }

  /// Adds to a bucket.
  mutating func add(
    _ change: RollupBlock.Counters, _ layout: RollupLayout, block number: Int64, slot: Int64, place: Int
  ) throws {
    if row.map({ $0 != (layout, number, slot) }) ?? true {
      try flush()
      row = (layout, number, slot)
      block.clear()
      bind(find, layout, number, slot)
      if try find.step() { block.load(find.blob(0)) }
      find.reset()
    }
    block.add(change, at: place)
  }

  /// Writes the row that was changed last.
  mutating func flush() throws {
    guard let (layout, number, slot) = row else { return }
    row = nil
    block.write(to: &bytes)
    let statement = bytes.isEmpty ? remove : write
    bind(statement, layout, number, slot)
    if !bytes.isEmpty { statement.bind(blob: bytes, at: 4) }
    try statement.run()
  }

  private func bind(_ statement: StoreStatement, _ layout: RollupLayout, _ block: Int64, _ slot: Int64) {
    statement.bind(layout.number, at: 1)
    statement.bind(block, at: 2)
    statement.bind(slot, at: 3)
  }
}
