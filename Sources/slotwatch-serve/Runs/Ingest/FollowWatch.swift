import FileWatching
import Glibc

/// Waits until followed files may have something new: the system tells, and an idle file costs nothing.
///
/// After a look that found something, what comes is gathered for a moment; a rotation ends that at once.
final class FollowWatch {
  /// What the waiting ended with.
  enum Sign: Hashable {
    case signal(Int32)
    /// These names came up in folders; an empty one for any.
    case names(Set<String>)
    case anything
  }

  /// How long what is written is gathered while it keeps coming.
  static let gathering: Duration = .milliseconds(100)
  /// How often one looks where the system tells, in case it does not after all.
  private static let pause: Int32 = 5_000
  /// How often one looks where it does not.
  private static let pauseUntold: Int32 = 100
  private static let contentMask = UInt32(IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF)
  private static let folderMask = UInt32(
    IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF)

  private let signals: EndingSignals
  private let contents = FileSigns()
  private let folders = FileSigns()
  private var watches: Set<Int32> = []
  private var isTold = false
  /// What is known of devices.
  private var remote: [UInt64: Bool] = [:]

  /// Nothing is watched yet.
  init(signals: EndingSignals) { self.signals = signals }

  /// Watches these files from now on, and no others: to be called before one looks at them, so that nothing that is
  /// written later is missed. What comes and goes in the folder of the file `store` is a sign too.
  func watch(_ files: [FollowedFile], beside store: String) {
    guard let contents, let folders else { return }
    if let slash = store.lastIndex(of: "/") { _ = folders.watch(String(store[...slash]), for: Self.folderMask) }
    isTold = true
    var watches: Set<Int32> = []
    for (descriptors, names) in files.map(\.watched) {
      for descriptor in descriptors {
        let watch = contents.watch("/proc/self/fd/\(descriptor)", for: Self.contentMask)
        if watch >= 0 { watches.insert(watch) } else { isTold = false }
        if isRemote(descriptor) { isTold = false }
      }
      for name in names where folders.watch(name, for: Self.folderMask) < 0 { isTold = false }
    }
    for watch in self.watches.subtracting(watches) { contents.leave(watch) }
    self.watches = watches
  }

  /// Waits after a look, which found something or did not; if another one is due anyway, not for long.
  func wait(hasMoved: Bool, isDue: Bool) -> Sign {
    var entries = [
      pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: folders?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: hasMoved ? -1 : contents?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    let pause = hasMoved || isDue ? Int32(Self.gathering / .milliseconds(1)) : isTold ? Self.pause : Self.pauseUntold
    _ = poll(&entries, nfds_t(entries.count), pause)
    if let signal = signals.received() { return .signal(signal) }
    _ = contents?.take()
    let names = Set((folders?.take() ?? []).map(\.name))
    return names.isEmpty ? .anything : .names(names)
  }

  /// Whether a file is on a file system that others write to unseen.
  private func isRemote(_ descriptor: Int32) -> Bool {
    guard let device = FileStamp(descriptor)?.number.device else { return true }
    if let known = remote[device] { return known }
    let isRemote = RemoteFileSystems.contain(device: device)
    remote[device] = isRemote
    return isRemote
  }
}
