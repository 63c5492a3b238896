#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Acknowledgement {
  /// The mark of an acknowledged row.
  package static let mark = "a"

  /// `acknowledged by ann until 30 Nov 14:00, #231`; what stands in it was given by people and is to be neutralised.
  package var words: String {
    "acknowledged by \(by) \(end())" + (note.isEmpty ? "" : ", \(note)")
  }

  /// `until 30 Nov 14:00`, `until it recovers`; the time is `offset` seconds east of UTC.
  package func end(offset: Int = 0) -> String {
    switch until {
    case .at(let instant):
      let date = CivilDate(instant, offset: offset)
      return "until \(date.dayAndMonth) \(date.time)"
    case .recovery: return "until it recovers"
    }
  }
}
