import FoundationEssentials
import Glibc

/// Where the program keeps what it could ask for again: `slotwatch` in the user's cache folder, after the XDG base
/// directories.
package enum CacheFolder {
  /// Its path; `nil` where neither `XDG_CACHE_HOME` nor `HOME` is an absolute path.
  package static func path(_ environment: [String: String]) -> String? {
    if let given = environment["XDG_CACHE_HOME"], given.hasPrefix("/") { return given + "/slotwatch" }
    if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.cache/slotwatch" }
    return nil
  }
}

/// What is kept of one source in the cache folder: a file for its owner alone, replaced as a whole. Of all such files the
/// oldest leave.
package struct CacheFile: Sendable {
  private let file: LockedFile
  private let folder: String

  /// How many files are kept.
  private static let maxFiles = 16
  private static let sort = "buckets"

  /// The file of a source.
  /// - Parameters:
  ///   - folder: the program's cache folder; it is made when something is kept.
  ///   - source: what tells the source from others.
  ///   - maxBytes: the longest content.
  ///   - clock: what another process is waited for by.
  package init(folder: String, source: String, maxBytes: Int, clock: any Clock<Duration>) {
    self.folder = folder
    file = LockedFile(
      path: "\(folder)/\(StateFileName.of(Self.sort, source: source))", maxBytes: maxBytes, clock: clock)
  }

  /// The content; `nil` where there is none that can be read.
  package func read() -> [UInt8]? { (try? file.read()) ?? nil }

  /// Keeps `bytes` in place of what was there; what cannot be kept is left out.
  package func replace(with bytes: [UInt8]) async {
    guard bytes.count <= file.maxBytes else { return }
    try? await file.change { _ in (bytes, ()) }
    prune()
  }

  private func prune() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let files = names.filter { $0.hasPrefix(Self.sort + "-") && !$0.hasSuffix(".lock") }
    guard files.count > Self.maxFiles else { return }
    let byAge = files.map { name -> (path: String, at: Int) in
      var info = stat()
      return ("\(folder)/\(name)", lstat("\(folder)/\(name)", &info) == 0 ? info.st_mtim.tv_sec : 0)
    }
    for old in byAge.sorted(by: { $0.at < $1.at }).dropLast(Self.maxFiles) {
      unlink(old.path)
      unlink(old.path + ".lock")
    }
  }
}
