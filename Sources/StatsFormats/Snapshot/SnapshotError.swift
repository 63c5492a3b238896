/// Why a document, a snapshot or an answer of a panel, is refused, with its place.
package struct SnapshotError: Error, Hashable, Sendable {
  /// Where: a JSON path such as `$.windows.day.slots["slot-001"][3].errors`, or `byte 1234` (from 0) where the text
  /// is no JSON.
  package var place: String
  /// What is wrong there, to be read after the place: `is -2; counters are whole numbers from 0`.
  package var problem: String

  /// A refusal.
  package init(place: String, problem: String) {
    self.place = place
    self.problem = problem
  }

  /// Place and problem in one line.
  package var line: String { "\(place) \(problem)" }
}

extension SnapshotError {
  /// The refusal that a failed scan amounts to.
  package init(_ failure: JSONFailure, in scanner: JSONScanner) {
    var spot = scanner
    spot.cursor = failure.offset
    let found =
      switch spot.byte {
      case 0x21...0x7E: "'\(Unicode.Scalar(spot.byte))'"
      default: "byte 0x\(String(spot.byte, radix: 16, uppercase: true))"
      }
    self.init(place: "byte \(failure.offset)", problem: failure.fault.problem(found: found))
  }
}
