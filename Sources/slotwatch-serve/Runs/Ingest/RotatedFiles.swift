import Glibc
import StatsFormats

/// The files beside a path that rotation has put there.
struct RotatedFiles {
  private let folders: [String]
  private let name: String

  /// Those beside this path, and beside the file that it links to.
  init(of path: String) {
    let slash = path.lastIndex(of: "/")
    name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let folder = slash.map { String(path[...$0]) } ?? "./"
    let target = realpath(path, nil).map { resolved in
      defer { free(resolved) }
      let whole = String(cString: resolved)
      return whole.lastIndex(of: "/").map { String(whole[...$0]) } ?? folder
    }
    folders = target.map { $0 == folder ? [folder] : [folder, $0] } ?? [folder]
  }

  /// The file that the position belongs to, opened, whatever its name.
  func file(of position: InputPosition) -> (descriptor: Int32, mark: FileMark)? {
    for path in folders.flatMap(Self.paths) where FileMark(path: path)?.mayBe(position) == true {
      guard let (descriptor, mark) = Self.open(path) else { continue }
      if mark.matches(position, descriptor) { return (descriptor, mark) }
      close(descriptor)
    }
    return nil
  }

  /// The oldest one that was last written after this file was, opened, save those of `others`: what was rotated between
  /// it and the file that has the path now. Its name is the path's with a number or a date, after `.` or `-`.
  func next(after mark: FileMark, save others: [FileMark]) -> (descriptor: Int32, mark: FileMark)? {
    let files = Self.paths(in: folders[0]).filter { isRotated($0.dropFirst(folders[0].count)) }
      .compactMap { path in FileMark(path: path).map { (path, $0) } }
      .filter { $0.1.isNewer(than: mark) && !others.contains(where: $0.1.isSameFile) }
      .sorted { $1.1.isNewer(than: $0.1) }
    for (path, _) in files {
      guard let (descriptor, mark) = Self.open(path) else { continue }
      if IngestInput.size(of: descriptor) != nil, !FileMark.isGzip(descriptor) { return (descriptor, mark) }
      close(descriptor)
    }
    return nil
  }

  private func isRotated(_ other: Substring) -> Bool {
    guard other.hasPrefix(name) else { return false }
    let rest = other.dropFirst(name.count)
    return rest.first.map { ".-".contains($0) } == true && rest.dropFirst().first?.isNumber == true
  }

  private static func open(_ path: String) -> (Int32, FileMark)? {
    let descriptor = IngestInput.open(path)
    guard descriptor >= 0 else { return nil }
    if let mark = FileMark(descriptor) { return (descriptor, mark) }
    close(descriptor)
    return nil
  }

  private static func paths(in folder: String) -> [String] {
    guard let entries = opendir(folder) else { return [] }
    defer { closedir(entries) }
    var paths: [String] = []
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      paths.append(folder + name)
    }
    return paths
  }
}
