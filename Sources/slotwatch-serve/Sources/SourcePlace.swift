import HTTPTransport
import ReadingCommands
import SlotStats

/// Where a source is, with what it is called and how it is opened.
protocol SourcePlace: Hashable, Sendable {
  /// The address as a machine would give it again, without a query, which may hold a secret.
  var given: String { get }
  /// What headings call it: the file's name, the host with what follows it, or that it is made up.
  var label: String { get }
  /// Whether what it shows is made up; by default not.
  var isSynthetic: Bool { get }
  /// The URL of a source behind one; by default `nil`. Such a source takes credentials and the options of requests.
  var url: RemoteURL? { get }
  /// Whether it takes a user and a password; by default not.
  var takesLogin: Bool { get }
  /// Whether that is sent with each request, and not exchanged for a token; by default not.
  var sendsLogin: Bool { get }
  /// The largest answer of a source behind a URL, where that is not the usual one.
  var maxBodyBytes: Int? { get }
  /// The scheme and the path of a source that is a file, which a configuration file may give from its own folder.
  var file: (scheme: String, path: String)? { get }

  /// The source, ready to be read; nothing is read of it yet, but the files that hold its secrets are.
  /// - Throws: what cannot be used of the settings; a failure of the program itself: its own sample cannot be read.
  func open(_ opening: SourceOpening) throws(CommandFailure) -> OpenedSource
}

extension SourcePlace {
  var isSynthetic: Bool { false }
  var url: RemoteURL? { nil }
  var takesLogin: Bool { false }
  var sendsLogin: Bool { false }
  var maxBodyBytes: Int? { nil }
  var file: (scheme: String, path: String)? { nil }
}

/// What a source is opened with.
struct SourceOpening: Sendable {
  /// How it is reached.
  let settings: Settings
  /// What headings call it.
  let label: String
  /// The windows that a reading of a source that is read slot by slot brings whole; `nil` where it brings what is looked
  /// at, and the rest follows in later readings.
  let windows: Set<StatsWindow>?
  /// Whether one reading is enough, so that a pipe will do.
  let readsOnce: Bool
  /// The program's clocks.
  let clocks: RootClocks
}
