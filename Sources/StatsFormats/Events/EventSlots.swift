import SlotStats

/// Slot ids with a number each, from 0 in the order in which they came; found by their bytes without making strings.
package struct EventSlots: Sendable {
  /// The bytes of all ids, one after the other.
  private var bytes: [UInt8] = []
  /// Where each id begins in ``bytes``, and where the last one ends.
  private var starts: [Int] = [0]
  private var hashes: [UInt64] = []
  /// An open hash table of numbers plus 1; 0 is a free place. Its size is a power of two, at least twice the ids.
  private var places = [Int32](repeating: 0, count: 64)
  /// Differs from table to table, so that nobody can choose ids that collide.
  private let seed = UInt64.random(in: .min ... .max)

  /// No ids yet.
  package init() {}

  /// How many ids there are.
  package var count: Int { hashes.count }

  /// The id with this number.
  package subscript(number: Int32) -> Slot.ID {
    String(decoding: bytes[starts[Int(number)]..<starts[Int(number) + 1]], as: UTF8.self)
  }

  /// The number of an id; it gets the next one if it is new.
  package mutating func number(of id: Slot.ID) -> Int32 {
    var id = id
    return id.withUTF8 { number(of: $0) }
  }

  /// The number of the id that these UTF-8 bytes are; it gets the next one if it is new.
  package mutating func number(of id: UnsafeBufferPointer<UInt8>) -> Int32 {
    if let known = find(id) { return known }
    return add(id)
  }

  /// The number of the id that these UTF-8 bytes are, if it has one.
  @inline(__always)
  package func find(_ id: UnsafeBufferPointer<UInt8>) -> Int32? {
    let hash = hash(id)
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while places[place] != 0 {
      let number = Int(places[place]) - 1
      if hashes[number] == hash, isEqual(number, id) { return Int32(number) }
      place = (place + 1) & mask
    }
    return nil
  }

  private mutating func add(_ id: UnsafeBufferPointer<UInt8>) -> Int32 {
    if (hashes.count + 1) * 2 > places.count { grow() }
    bytes.append(contentsOf: id)
    starts.append(bytes.count)
    hashes.append(hash(id))
    settle(hashes.count - 1)
    return Int32(hashes.count - 1)
  }

  private mutating func settle(_ number: Int) {
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: hashes[number]) & mask
    while places[place] != 0 { place = (place + 1) & mask }
    places[place] = Int32(number + 1)
  }

  private mutating func grow() {
    places = [Int32](repeating: 0, count: places.count * 2)
    for number in hashes.indices { settle(number) }
  }

  @inline(__always)
  private func isEqual(_ number: Int, _ id: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = starts[number]
    guard starts[number + 1] - start == id.count else { return false }
    for index in 0..<id.count where bytes[start + index] != id[index] { return false }
    return true
  }

  @inline(__always)
  private func hash(_ id: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(id)
    var hash = seed ^ UInt64(id.count)
    var index = 0
    while index + 8 <= id.count {
      hash = Self.mix(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    var rest: UInt64 = 0
    while index < id.count {
      rest = rest << 8 | UInt64(id[index])
      index += 1
    }
    return Self.mix(hash ^ rest)
  }

  @inline(__always)
  private static func mix(_ word: UInt64) -> UInt64 {
    let (high, low) = word.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return high ^ low
  }
}
