import Glibc
import ProcessIO

/// The files that rotation may have made of a path: in its folder, in that of the file that it links to, and in folders
/// beside them where old files are put.
struct RotatedFiles {
  /// A file that is there.
  struct Entry {
    let path: String
    let stamp: FileStamp
    /// Whether its name says so; else only its number was that of a file that was read.
    let isNamed: Bool
    /// Whether it is the followed file itself, packed: one of that name may be there anew.
    var isOfFollowed = false

    /// Whether its name says that it is packed.
    var isPacked: Bool { Packing.endings.contains(where: path.hasSuffix) }
    /// Its path before it was packed.
    var unpackedPath: String {
      String(path.dropLast(Packing.endings.first(where: path.hasSuffix)?.count ?? 0))
    }
  }

  private let path: String
  private let name: String
  private let folder: String

  /// More folders than these are not looked into.
  private static let maxFolders = 64
  /// What folders for old files beside that of a log are called.
  private static let wordsForOld = ["old", "archiv", "rotat", "backup"]

  /// Those of this path.
  init(of path: String) {
    let slash = path.lastIndex(of: "/")
    self.path = path
    name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    folder = slash.map { String(path[...$0]) } ?? "./"
  }

  /// The folders in which a change may be a rotation.
  var watchedFolders: [String] {
    let target = target.map { String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) + "/" }
    return target.map { $0 == folder ? [folder] : [folder, $0] } ?? [folder]
  }

  /// Whether a file of this name may be one of them.
  func mayBe(_ other: String) -> Bool { RotatedNames(of: name).contains(other) }

  private var target: String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    let whole = String(cString: resolved)
    return whole == path ? nil : whole
  }

  /// The files of the family, and whatever else has one of these numbers; what was written first comes first. A file
  /// that has several names is there once.
  func entries(numbered known: Set<FileStamp.Number>, open: Set<FileStamp.Number>) -> [Entry] {
    var names = RotatedNames(of: name)
    if let target { names.learn(Self.name(of: target[...])) }
    let beside = watchedFolders.flatMap(Self.paths)
    let others = oldFolders.flatMap(Self.paths)
    // Another name of the file that has the path tells how those before it are called.
    if let own = FileStamp(named: path)?.number {
      for path in beside where FileStamp(named: path)?.number == own { names.learn(Self.name(of: path[...])) }
    }
    var seen: Set<FileStamp.Number> = []
    var entries: [Entry] = []
    for path in beside + others where path != self.path {
      guard let stamp = FileStamp(named: path), stamp.isRegular else { continue }
      let isNamed = names.contains(Self.name(of: path[...]))
      guard isNamed || known.contains(stamp.number) || open.contains(stamp.number) else { continue }
      guard seen.insert(stamp.number).inserted else { continue }
      var entry = Entry(path: path, stamp: stamp, isNamed: isNamed)
      entry.isOfFollowed = entry.unpackedPath == folder + name
      entries.append(entry)
    }
    return entries.sorted { $0.stamp.writtenAt < $1.stamp.writtenAt }
  }

  /// Folders where old files may be put: those in the folder, and some beside it.
  private var oldFolders: [String] {
    let inside = Self.paths(in: folder).lazy.filter(Self.isFolder)
    let beside = Self.paths(in: folder + "../").lazy.filter { path in
      let name = Self.name(of: path[...]).lowercased()
      return Self.wordsForOld.contains(where: name.contains) && Self.isFolder(path)
    }
    return Array((Array(inside) + Array(beside)).prefix(Self.maxFolders)).map { $0 + "/" }
  }

  private static func isFolder(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  private static func name(of path: Substring) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? String(path)
  }

  private static func paths(in folder: String) -> [String] {
    FolderNames.all(in: folder).map { folder + $0 }
  }
}
