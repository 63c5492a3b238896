import Glibc
import ReadingCommands

/// Finds and reads the configuration file: the named one, else the first that stands at a usual place.
struct ConfigurationSearch: Sendable {
  /// What the file says; `nil` where there is none.
  let file: ConfigurationFile?
  /// Where it was looked for, in order, up to the file that was read.
  let places: [String]
  /// Who named the file; `.standard` for the usual places.
  let origin: OptionOrigin

  /// The largest file that is read.
  static let maxBytes = 1 << 20

  /// Looks for the file: `name`, else `SLOTWATCH_CONFIG`, else the XDG base directories.
  /// - Throws: an error for a file that cannot be read or used, and for a named one that is missing.
  init(
    named name: String?, environment: [String: String], kinds: [SourceKind] = SourceKind.all
  ) throws(CommandFailure) {
    let home = ConfigurationPlaces.home(environment)
    if let named = try OptionReader(environment: environment).find(Options.config, flag: name) {
      origin = named.origin
      places = [named.value]
      file = try Self.load(named.value, home: home, kinds, isNamed: true)
      return
    }
    origin = .standard
    var places: [String] = []
    var found: ConfigurationFile?
    for place in ConfigurationPlaces.paths(environment) where found == nil {
      places.append(place)
      found = try Self.load(place, home: home, kinds, isNamed: false)
    }
    self.places = places
    file = found
  }

  private static func load(
    _ path: String, home: String?, _ kinds: [SourceKind], isNamed: Bool
  ) throws(CommandFailure) -> ConfigurationFile? {
    guard let bytes = try content(path, isNamed: isNamed) else { return nil }
    guard bytes.count <= maxBytes else { throw ConfigurationFile.failure(path, "it is larger than 1 MiB") }
    if let zero = bytes.firstIndex(of: 0) {
      let line = bytes[..<zero].count { $0 == 0x0A } + 1
      throw ConfigurationFile.failure(path, "line \(line): it holds a zero byte; it is no text")
    }
    // A byte order mark would move the first line's columns.
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard let text = String(validating: text, as: UTF8.self) else {
      throw ConfigurationFile.failure(path, "it is not UTF-8")
    }
    let folder = folder(of: path)
    return try ConfigurationReader(path: path, folder: folder, home: home, kinds: kinds).read(text)
  }

  /// The absolute path of the folder that a file is in.
  private static func folder(of path: String) -> String {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    if path.hasPrefix("/") { return folder.isEmpty ? "/" : folder }
    guard let current = getcwd(nil, 0) else { return folder }
    defer { free(current) }
    return folder.isEmpty ? String(cString: current) : String(cString: current) + "/" + folder
  }

  /// The bytes of a file, one more than ``maxBytes`` where it is larger; `nil` where a file that need not be is missing.
  private static func content(_ path: String, isNamed: Bool) throws(CommandFailure) -> [UInt8]? {
    // A pipe that nobody writes to would keep its opener waiting.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let error = errno
      if !isNamed, error == ENOENT || error == ENOTDIR { return nil }
      var status = stat()
      // In a folder of somebody else's, nobody can tell whether there is such a file.
      if !isNamed, error == EACCES, stat(path, &status) != 0 { return nil }
      throw failure(path, error)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path, errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw failure(path, EISDIR) }
    return try bytes(descriptor, path)
  }

  private static func bytes(_ descriptor: Int32, _ path: String) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while bytes.count <= maxBytes {
      let count = read(descriptor, &chunk, chunk.count)
      if count > 0 {
        bytes += chunk[..<count]
      } else if count == 0 {
        break
      } else if errno == EAGAIN {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, -1)
      } else if errno != EINTR {
        throw failure(path, errno)
      }
    }
    return bytes
  }

  private static func failure(_ path: String, _ error: Int32) -> CommandFailure {
    let (status, reason): (ExitStatus, String) =
      switch error {
      case ENOENT, ENOTDIR: (.inputMissing, "there is no such file")
      case EISDIR: (.inputMissing, "it is a directory")
      case EACCES, EPERM: (.notPermitted, "it may not be read")
      default: (.inputOutput, String(cString: strerror(error)))
      }
    return CommandFailure(status, "Cannot read \"\(path)\": \(reason).")
  }
}
