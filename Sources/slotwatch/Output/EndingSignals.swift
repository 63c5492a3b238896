import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The signals that ask a command to end: the first one is told, a second one ends the process as it always does.
final class EndingSignals {
  private static let numbers = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]
  private let sources: [any DispatchSourceSignal]

  /// Listens from now on, until this value is let go.
  /// - Parameter told: is called with the signal's number, on another thread.
  init(_ told: @escaping @Sendable (Int32) -> Void) {
    sources = Self.numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        Self.restore()
        told(number)
      }
      source.resume()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
    Self.restore()
  }

  private static func restore() {
    for number in numbers { signal(number, SIG_DFL) }
  }
}
