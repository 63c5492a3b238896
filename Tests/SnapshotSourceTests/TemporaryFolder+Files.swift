import Foundation
import SlotStatsTesting
import Testing

extension TemporaryFolder {
  /// Writes a file anew, in place of the one that was there (a rename) or into it.
  @discardableResult
  func write(_ text: String, to name: String = "stats.json", atomically: Bool = false) throws -> String {
    let data = Data(text.utf8)
    let path = file(name)
    if atomically || !FileManager.default.fileExists(atPath: path) {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } else {
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: data)
      try handle.close()
    }
    return path
  }
}

/// A snapshot with one slot that has this many successes today.
func snapshot(success: Int, slot: String = "slot-001") -> String {
  """
  {"schema":"slotwatch.snapshot/1","generated_at":"2026-11-23T14:32:05Z","refresh_seconds":60,
  "windows":{"day":{"slots":{"\(slot)":[{"period_start":"2026-11-23","period_end":"2026-11-23","success":\(success)}]}}}}
  """
}
