import Glibc
import SlotStats
import StatsFormats

extension SnapshotFile.Failure {
  /// The failure in words for the person who must mend it.
  func sourceError(name: String, maxBytes: Int) -> StatsSourceError {
    let (kind, cause) = kindAndCause(maxBytes: maxBytes)
    return StatsSourceError(kind, action: "Cannot read snapshot \"\(name)\"", cause: cause)
  }

  private func kindAndCause(maxBytes: Int) -> (StatsSourceError.Kind, String) {
    switch self {
    case .directory: (.inputMissing, "it is a directory; a JSON file is expected")
    case .notRegular: (.inputMissing, "it is a pipe or a device; a regular file is expected")
    case .tooBig(let size): (.contentRefused, "it has \(size) bytes; at most \(maxBytes) are read")
    case .tooLong: (.contentRefused, "it goes on behind \(maxBytes) bytes; at most so many are read")
    case .foreign(let kind): (.contentRefused, kind.snapshotCause)
    case .changing: (.inputOutput, "it is being written and changed during every attempt to read it")
    case .system(ENOENT): (.inputMissing, "there is no such file")
    case .system(ENOTDIR): (.inputMissing, "a part of its path is no directory")
    case .system(ENAMETOOLONG): (.inputMissing, "its path is too long")
    case .system(ELOOP): (.inputMissing, "its path has too many symbolic links")
    case .system(ENXIO): (.inputMissing, "it is a socket; a regular file, or its content as -, is expected")
    case .system(EACCES), .system(EPERM): (.notPermitted, "reading it is not permitted")
    case .system(let code): (.inputOutput, "reading failed (\(String(cString: strerror(code))))")
    }
  }
}
