/// Spans of seconds since 1970, none of which touch.
package struct Spans: Hashable, Sendable {
  /// The spans, ascending.
  package private(set) var all: [Range<Int>] = []

  package init(_ spans: [Range<Int>] = []) { for span in spans { insert(span) } }

  /// Adds a span.
  package mutating func insert(_ span: Range<Int>) {
    guard !span.isEmpty else { return }
    var merged = span
    var others: [Range<Int>] = []
    for other in all {
      if other.upperBound < merged.lowerBound || merged.upperBound < other.lowerBound {
        others.append(other)
      } else {
        merged = min(other.lowerBound, merged.lowerBound)..<max(other.upperBound, merged.upperBound)
      }
    }
    all = (others + [merged]).sorted { $0.lowerBound < $1.lowerBound }
  }

  /// What of a span is in none of these, ascending.
  package func missing(in span: Range<Int>) -> [Range<Int>] {
    var missing: [Range<Int>] = []
    var start = span.lowerBound
    for other in all where other.overlaps(span) {
      if other.lowerBound > start { missing.append(start..<other.lowerBound) }
      start = max(start, other.upperBound)
    }
    if start < span.upperBound { missing.append(start..<span.upperBound) }
    return missing
  }

  /// Takes away what lies before an instant.
  package mutating func drop(before start: Int) {
    all = all.compactMap { $0.upperBound <= start ? nil : max($0.lowerBound, start)..<$0.upperBound }
  }
}
