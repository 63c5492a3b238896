import SlotStats
import TerminalUI

/// How far long work is, in one line that is written over; nothing where nobody looks or the work is short.
struct IngestProgress {
  private static let patience: Duration = .milliseconds(500)
  private static let step: Duration = .milliseconds(100)
  private static let barWidth = 20

  private let now: @Sendable () -> ContinuousClock.Instant
  private let started: ContinuousClock.Instant
  private var shownAt: ContinuousClock.Instant?
  private let total: Int?
  private var finished = 0
  private let write: (@Sendable (String) -> Void)?
  private let columns: @Sendable () -> Int?

  /// Progress through so many bytes, all inputs together, if that is known; told through `write`, or not at all.
  init(
    _ write: (@Sendable (String) -> Void)?, of total: Int? = nil,
    columns: @escaping @Sendable () -> Int? = { ProgressLine.columns },
    now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }
  ) {
    (self.write, self.total, self.columns, self.now) = (write, total, columns, now)
    started = now()
  }

  /// One input was read, which had so many bytes.
  mutating func finish(bytes: Int) { finished += bytes }

  /// Tells that so many bytes of the present input, and events of all, were read.
  mutating func show(bytes: Int, events: Int) {
    guard let write else { return }
    let bytes = finished + bytes
    let now = now()
    guard now - started >= Self.patience, shownAt.map({ now - $0 >= Self.step }) ?? true else { return }
    shownAt = now
    let seconds = (now - started) / .seconds(1)
    var line = "\(NumberText.grouped(events)) events, \(NumberText.grouped(Int(Double(events) / seconds)))/s"
    if let total, total > 0 {
      let share = min(1, Double(bytes) / Double(total))
      let filled = Int(share * Double(Self.barWidth))
      let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.barWidth - filled)
      let left = share > 0 ? Int((seconds / share - seconds).rounded(.up)) : 0
      line = "[\(bar)] \(Int(share * 100))%  \(line), \(left) s left"
    }
    write(ProgressLine.over(line, columns: columns()))
  }

  /// Clears the line.
  func end() {
    if shownAt != nil { write?(ProgressLine.clear) }
  }
}
