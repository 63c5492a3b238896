#if DEBUG
  import SlotStatsTesting
  @testable import StatsFormats

  /// Snapshots through a moving pane, which must read what is read of the whole.
  let panesTarget = FuzzTarget(name: "panes", words: snapshotWords, seeds: snapshotSeeds) { bytes in
    var random = bytes.numbers
    let whole = try? SnapshotDocument(parsing: bytes)
    var read = 0
    for size in [Int.random(in: 16...256, using: &random), .random(in: 256...4_096, using: &random), bytes.count + 1] {
      let document = SnapshotDocument(through: DocumentPane(ByteList(bytes), size: size))
      try expect(document == nil || document == whole, "a pane of \(size) bytes shows another document")
      try expect(size <= bytes.count || document == whole, "a pane over all of it does not show it")
      read += document == nil ? 0 : 1
    }
    return "\(read) of 3, \(whole?.slots.count ?? -1)"
  }
#endif
