import Synchronization
import Testing

@testable import slotwatch_serve

@Suite struct IngestProgressTests {
  /// Remembers the last text, and tells the time that it is set to.
  private final class Look: Sendable {
    private let state = Mutex<(text: String, now: ContinuousClock.Instant)>(("", ContinuousClock().now))
    var text: String { state.withLock { $0.text } }
    var now: ContinuousClock.Instant { state.withLock { $0.now } }
    func write(_ text: String) { state.withLock { $0.text = text } }
    func pass(_ duration: Duration) { state.withLock { $0.now += duration } }
  }

  @Test func whatIsLeftIsThatOfAllFiles() {
    let look = Look()
    var progress = IngestProgress(look.write, of: 1_000, columns: { 200 }, now: { look.now })
    look.pass(.seconds(2))
    progress.show(bytes: 100, events: 10)
    #expect(look.text.contains("10%  10 events, 5/s, 18 s left"))
    progress.finish(bytes: 100)
    look.pass(.seconds(2))
    progress.show(bytes: 100, events: 20)
    #expect(look.text.contains("20%  20 events, 5/s, 16 s left"))
  }
}
