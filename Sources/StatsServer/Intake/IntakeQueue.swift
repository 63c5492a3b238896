import FoundationEssentials
import NIOCore
import SlotStats
import StatsFormats
import Synchronization

/// Events on their way into the store: bodies are read into one batch while the batch before it is being written.
///
/// A batch begins as soon as the one before it has ended, so that one commit is shared by everybody who came meanwhile.
/// It is bounded by events and by bytes, what comes in and what is being written included; past that, nothing more is
/// taken.
final class IntakeQueue: Sendable {
  /// How much may wait.
  struct Limits: Sendable {
    /// How many events.
    var maxEvents = 100_000
    /// How many bytes of bodies.
    var maxBytes = 64 << 20
  }

  /// What became of a body at once.
  enum Offer: Sendable {
    /// It waits to be stored; the reply will come.
    case taken
    /// Everything in it was refused, or there was nothing in it: no reply comes.
    case answered(IntakeOutcome)
    /// There is no room.
    case full
    /// It is not what it should be.
    case unreadable(String)
    /// The server is stopping.
    case stopping
  }

  /// Somebody who waits for a commit.
  struct Waiter: Sendable {
    var records: Range<Int>
    var items: EventItems
    var loop: (any EventLoop)?
    var reply: @Sendable (IntakeOutcome) -> Void
  }

  /// What is written together.
  struct Load: Sendable {
    var batch = EventBatch()
    var waiters: [Waiter] = []
    var bytes = 0
  }

  private struct State: Sendable {
    var load = Load()
    var reader = ProcessingLogReader(accepted: 0...0)
    var isStopping = false
    var sleeper: CheckedContinuation<Void, Never>?
    var heldEvents = 0
    var heldBytes = 0
  }

  /// A longer body is read into a batch of its own first: others need not wait for it.
  private static let maxSharedBytes = 64 << 10

  private let state = Mutex(State())
  private let limits: Limits
  private let accepted: @Sendable () -> ClosedRange<Int64>

  /// An empty queue. `accepted` gives the instants that events may have, in nanoseconds since 1970, as time goes on.
  init(limits: Limits = Limits(), accepted: @escaping @Sendable () -> ClosedRange<Int64>) {
    self.limits = limits
    self.accepted = accepted
  }

  /// How many events wait or are being written, and how many bytes come in, wait or are being written.
  var held: (events: Int, bytes: Int) { state.withLock { ($0.heldEvents, $0.heldBytes) } }

  /// Whether a body of so many bytes would find room now.
  func hasRoom(for bytes: Int) -> Bool { state.withLock { $0.heldBytes + bytes <= limits.maxBytes } }

  /// Sets room aside for a piece of a body that is coming in; to be given back before the body is offered, or dropped.
  /// - Returns: whether there is room.
  func reserve(_ bytes: Int) -> Bool {
    state.withLock { state in
      guard state.heldBytes + bytes <= limits.maxBytes else { return false }
      state.heldBytes += bytes
      return true
    }
  }

  /// Gives room back that was set aside.
  func giveBack(_ bytes: Int) { state.withLock { $0.heldBytes -= bytes } }

  /// Takes the events of a body.
  /// - Parameters:
  ///   - bytes: the body.
  ///   - form: how its events are written.
  ///   - loop: where the reply is called; anywhere if there is none.
  ///   - reply: called once with what became of them, if the answer is ``Offer/taken``.
  /// - Returns: what became of the body at once.
  func offer(
    _ bytes: UnsafeRawBufferPointer, _ form: EventBodyForm, on loop: (any EventLoop)? = nil,
    reply: @escaping @Sendable (IntakeOutcome) -> Void
  ) -> Offer {
    let range = accepted()
    var own: (batch: EventBatch, items: EventItems)?
    if bytes.count > Self.maxSharedBytes {
      if let refusal = state.withLock({ refusal(of: bytes.count, $0) }) { return refusal }
      var batch = EventBatch()
      var reader = ProcessingLogReader(accepted: range)
      do throws(EventBody.Unreadable) {
        let items = try EventBody.read(bytes, form, into: &batch, with: &reader)
        own = (batch, items)
      } catch {
        return .unreadable(error.reason)
      }
    }
    let read = own
    let (offer, sleeper) = state.withLock { state -> (Offer, CheckedContinuation<Void, Never>?) in
      if let refusal = refusal(of: bytes.count, state) { return (refusal, nil) }
      state.reader.accepted = range
      let start = state.load.batch.count
      let items: EventItems
      if let read {
        state.load.batch.append(read.batch)
        items = read.items
      } else {
        do throws(EventBody.Unreadable) {
          items = try EventBody.read(bytes, form, into: &state.load.batch, with: &state.reader)
        } catch {
          return (.unreadable(error.reason), nil)
        }
      }
      let end = state.load.batch.count
      guard end > start else {
        return (
          .answered(.stored(accepted: 0, duplicate: 0, refused: items.refused, refusedCount: items.refusedCount)), nil
        )
      }
      state.load.waiters.append(Waiter(records: start..<end, items: items, loop: loop, reply: reply))
      state.load.bytes += bytes.count
      state.heldEvents += end - start
      state.heldBytes += bytes.count
      defer { state.sleeper = nil }
      return (.taken, state.sleeper)
    }
    sleeper?.resume()
    return offer
  }

  /// Why a body of so many bytes is not taken; `nil` where it is.
  private func refusal(of bytes: Int, _ state: State) -> Offer? {
    if state.isStopping { return .stopping }
    return state.heldEvents < limits.maxEvents && state.heldBytes + bytes <= limits.maxBytes ? nil : .full
  }

  /// What came since the last call, as soon as there is something; `nil` once the queue has ended and is empty.
  /// - Parameter spare: an emptied batch to be filled next, whose memory is used again.
  /// - Returns: what is to be written together.
  func next(spare: EventBatch) async -> Load? {
    while true {
      let (load, hasEnded) = state.withLock { state -> (Load?, Bool) in
        guard !state.load.waiters.isEmpty else { return (nil, state.isStopping) }
        var load = Load(batch: spare)
        swap(&load, &state.load)
        return (load, false)
      }
      if load != nil || hasEnded { return load }
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          if !state.load.waiters.isEmpty || state.isStopping { return true }
          state.sleeper = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    }
  }

  /// Gives back the room of what was written.
  func release(_ load: Load) {
    state.withLock { state in
      state.heldEvents -= load.batch.count
      state.heldBytes -= load.bytes
    }
  }

  /// Takes nothing more; what waits is still handed out.
  func finish() {
    let sleeper = state.withLock { state in
      state.isStopping = true
      defer { state.sleeper = nil }
      return state.sleeper
    }
    sleeper?.resume()
  }
}
