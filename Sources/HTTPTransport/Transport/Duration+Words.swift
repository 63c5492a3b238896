import NIOCore

extension Duration {
  /// The same for the event loop; at most a century.
  var timeAmount: TimeAmount {
    let (seconds, attoseconds) = components
    guard seconds < 1 << 31 else { return .seconds(1 << 31) }
    return .nanoseconds(max(seconds, 0) * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  /// Seconds as people write them: `5 s`, `0.25 s`.
  var words: String {
    let milliseconds = Int((self / .milliseconds(1)).rounded())
    guard milliseconds % 1000 != 0 else { return "\(milliseconds / 1000) s" }
    var fraction = String(milliseconds % 1000 + 1000).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    return "\(milliseconds / 1000).\(fraction) s"
  }
}
