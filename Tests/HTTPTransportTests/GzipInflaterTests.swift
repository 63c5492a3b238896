import Gzip
import Testing

@Suite struct GzipInflaterTests {
  /// What comes out of these pieces.
  private func inflated(_ pieces: [[UInt8]]) throws(GzipInflater.Failure) -> [UInt8] {
    let inflater = try GzipInflater()
    var output: [UInt8] = []
    for piece in pieces {
      let result = piece.withUnsafeBytes { bytes in
        Result { () throws(GzipInflater.Failure) in
          try inflater.inflate(bytes) { part in
            output.append(contentsOf: part)
            return true
          }
        }
      }
      _ = try result.get()
    }
    try inflater.finish()
    return output
  }

  private let text = Array(String(repeating: "slotwatch ", count: 500).utf8) + (0..<200).map { UInt8($0) }

  @Test func decodesHoweverTheInputIsCut() throws {
    let encoded = gzip(text)
    #expect(try inflated([encoded]) == text)
    #expect(try inflated(encoded.map { [$0] }) == text)
    for cut in 0...encoded.count {
      #expect(try inflated([Array(encoded[..<cut]), Array(encoded[cut...])]) == text)
    }
  }

  @Test func severalMembersAreOneText() throws {
    let encoded = gzip(text) + gzip([]) + gzip([1, 2])
    #expect(try inflated([encoded]) == text + [1, 2])
    #expect(try inflated(encoded.map { [$0] }) == text + [1, 2])
  }

  @Test func everyTruncationIsNoticed() throws {
    let encoded = gzip(text)
    for end in 0..<encoded.count {
      #expect(throws: GzipInflater.Failure.truncated) { try inflated([Array(encoded[..<end])]) }
    }
    let second = gzip([1, 2])
    for end in 1..<second.count {
      #expect(throws: GzipInflater.Failure.truncated) { try inflated([encoded + second[..<end]]) }
    }
  }

  @Test func everyChangedBitIsNoticedOrMeansNothing() throws {
    let encoded = gzip(text)
    for index in encoded.indices {
      var damaged = encoded
      damaged[index] ^= 0x10
      let output = try? inflated([damaged])
      // Such as the time in the header, or bits that only fill a byte.
      #expect(output == nil || output == text, "byte \(index)")
    }
  }

  @Test func whatFollowsTheLastMemberIsRefused() throws {
    for rubbish: [UInt8] in [[0], [0x1F, 0x8C], Array("more".utf8)] {
      #expect(throws: GzipInflater.Failure.self) { try inflated([gzip(text) + rubbish]) }
    }
    #expect(throws: GzipInflater.Failure.followed) { try inflated([gzip(text), Array("more".utf8)]) }
    #expect(throws: GzipInflater.Failure.damaged) { try inflated([Array("more".utf8)]) }
  }

  @Test func stopsAsSoonAsNothingMoreIsTaken() throws {
    let encoded = gzip([UInt8](repeating: 0, count: 16 << 20))
    let inflater = try GzipInflater()
    var taken = 0
    let isWhole = try encoded.withUnsafeBytes { bytes in
      try inflater.inflate(bytes) { part in
        taken += part.count
        return taken < 1 << 20
      }
    }
    #expect(!isWhole)
    #expect((1 << 20..<(1 << 20) + (64 << 10)).contains(taken))
  }
}
