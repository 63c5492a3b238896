#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The marks of a source, in the order in which they happened.
public struct MarkBook: Hashable, Sendable {
  /// The most that a book holds: a newer mark takes the place of the oldest.
  public static let maxCount = 1_000

  /// All of them, by instant and then by number.
  public private(set) var marks: [Mark] = []
  /// The last number that was given; 0 where none was.
  public private(set) var lastID = 0

  /// An empty book.
  public init() {}

  /// A book as it was kept.
  package init(_ marks: [Mark], lastID: Int = 0) {
    self.marks = Array(marks.sorted(by: Self.precedes).suffix(Self.maxCount))
    self.lastID = max(lastID, marks.map(\.id).max() ?? 0)
  }

  /// Adds one under the next number. Those whose time is over leave, and the oldest where there would be too many.
  /// - Returns: the mark with its number.
  @discardableResult public mutating func add(_ mark: Mark, now: Date) -> Mark {
    lastID += 1
    var mark = mark
    mark.id = lastID
    let horizon = now.addingTimeInterval(-Mark.keptTime)
    marks = Array(((marks.filter { $0.at >= horizon }) + [mark]).sorted(by: Self.precedes).suffix(Self.maxCount))
    return mark
  }

  /// Takes one away.
  /// - Returns: whether there was one of that number.
  @discardableResult public mutating func remove(_ id: Int) -> Bool {
    let before = marks.count
    marks.removeAll { $0.id == id }
    return marks.count < before
  }

  /// Those that happened in `[from, to)`; `nil` is no bound.
  public func marks(from: Date?, to: Date?) -> [Mark] {
    marks.filter { mark in from.map { mark.at >= $0 } ?? true && to.map { mark.at < $0 } ?? true }
  }

  private static func precedes(_ left: Mark, _ right: Mark) -> Bool { (left.at, left.id) < (right.at, right.id) }
}
