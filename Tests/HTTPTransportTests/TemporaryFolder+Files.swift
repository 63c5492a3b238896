import Foundation
import SlotStatsTesting

extension TemporaryFolder {
  /// The path of a file with this content that these may read.
  func file(_ name: String, _ content: [UInt8], mode: Int = 0o600) throws -> String {
    try Data(content).write(to: URL(fileURLWithPath: file(name)))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
    return file(name)
  }
}
