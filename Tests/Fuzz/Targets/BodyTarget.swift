#if DEBUG
  import StatsFormats
  @testable import StatsServer

  /// Bodies of posted events in either form.
  let bodyTarget = FuzzTarget(
    name: "bodies", words: eventWords,
    seeds: {
      let lines = eventLines()
      let events = lines.dropLast()
      let array = Array("[".utf8) + events.joined(separator: [0x2C, 0x20]) + Array("]".utf8)
      return lines + [array, Array("[]".utf8), Array("[1,{},null]".utf8), []]
    }
  ) { bytes in
    var outcome = ""
    for form in [EventBodyForm.json, .lines] {
      var (batch, reader) = (EventBatch(), ProcessingLogReader(accepted: acceptedInstants))
      let result = bytes.withUnsafeBytes { bytes in
        Result { () throws(EventBody.Unreadable) in try EventBody.read(bytes, form, into: &batch, with: &reader) }
      }
      switch result {
      case .success(let items):
        try check(items, batch)
        outcome += "\(min(batch.count, 3)) " + (try items.refused.first.map { try expectRefusal($0.reason) } ?? "")
      case .failure(let unreadable):
        try expect(batch.isEmpty, "something is taken of a body that is refused")
        outcome += try expectRefusal(unreadable.reason)
      }
    }
    return outcome
  }

  private func check(_ items: EventItems, _ batch: EventBatch) throws(Broken) {
    try expect(items.count == batch.count + items.refusedCount, "items are lost")
    let numbers = batch.records.indices.map(items.number) + items.refused.map(\.index)
    try expect(Set(numbers).count == numbers.count, "two items have one number")
    try expect(numbers.allSatisfy((0..<items.count).contains), "an item has no number")
    for index in batch.records.indices { _ = batch[index] }
  }
#endif
