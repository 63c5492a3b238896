/// The names of statuses and failure reasons, and what each of them is.
struct EventStatusTable: Sendable {
  static let shared = EventStatusTable()

  private let names = JSONKeyTable([
    "succeeded", "received", "dispatched", "provider_responded", "failed", "timeout",
  ])
  private let kinds: [EventKind] = [.succeeded, .received, .dispatched, .providerResponded, .failed, .timeout]

  /// The keys of an event's details that are read.
  let detailKeys = JSONKeyTable(["failure_reason"])
  private let reasons: [(name: StaticString, kind: EventKind)] = [
    ("provider_error", .failedByProvider), ("timeout", .failedByTimeout), ("cancelled", .failedByCancelling),
  ]

  /// The statuses that documents may have, in words.
  var known: String { names.keys.joined(separator: ", ") }

  /// Passes the status at the cursor; `nil` for an unknown one.
  @inline(__always)
  func read(_ scanner: inout JSONScanner) throws(JSONFailure) -> EventKind? {
    try names.readValue(&scanner).map { kinds[$0] }
  }

  /// What a failed job's event is by the reason that was passed.
  func failedKind(_ reason: JSONScanner.Text, in scanner: JSONScanner) -> EventKind {
    func kind(_ bytes: some Collection<UInt8>) -> EventKind {
      let match = reasons.first {
        UnsafeBufferPointer(start: $0.name.utf8Start, count: $0.name.utf8CodeUnitCount)
          .elementsEqual(bytes)
      }
      return match?.kind ?? .failed
    }
    return reason.hasEscapes ? kind(scanner.unescaped(reason)) : kind(scanner.slice(reason.range))
  }
}
