import Glibc

/// What stands in a folder.
package enum FolderNames {
  /// The names in the folder of this path, itself and the one above aside, in no order; empty where it cannot be read.
  package static func all(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = name(of: entry)
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// The name of an entry, where it stands: the system gives no more bytes than it has, and a copy of the field would
  /// read on past their end.
  private static func name(of entry: UnsafePointer<dirent>) -> String {
    guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return "" }
    return String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
  }
}
