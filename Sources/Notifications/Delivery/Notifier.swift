import FoundationEssentials
import HTTPTransport
import SlotStats
import TerminalUI

/// Tells sinks of alerts: each transition in order and once, each sink at its own pace.
///
/// A sink that hangs delays nobody but itself. What it cannot be told now is tried again where that may help; what waits
/// for it is bounded. With a journal, what was not told when the program was killed is told by the next one, and what
/// was told is not told again, save for at most one notice a sink that was on its way.
package actor Notifier {
  /// One sink with what is known of it.
  struct Lane {
    let sink: any AlertSink
    var queue: NoticeQueue
    var standing: StandingAlerts?
    var status: SinkStatus
    /// How many notices it is being told of; nothing else is done for it meanwhile.
    var inHand = 0
    var isResendingDue = false
    let wake: AsyncStream<Void>.Continuation
    let wakes: AsyncStream<Void>
  }

  let settings: NotifierSettings
  var lanes: [Lane] = []
  private var journal: NoticeJournal?
  /// The alerts that fire as far as anybody was told, or is to be.
  private var firing: [AlertNotice.Identity: (notice: AlertNotice, to: [String])] = [:]
  private var lastNumber = 0
  private var idleWaiters: [CheckedContinuation<Void, Never>] = []

  /// A notifier; it tells nobody until ``run()``.
  /// - Parameters:
  ///   - sinks: who is told, each of another name.
  ///   - journal: where it is kept what was told; `nil` where nothing is.
  ///   - settings: clocks and limits.
  package init(_ sinks: [any AlertSink], journal: NoticeJournal? = nil, settings: NotifierSettings) {
    self.settings = settings
    self.journal = journal
    let kept = journal?.contents
    lastNumber = kept?.lastNumber ?? 0
    for sink in sinks {
      let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
      var lane = Lane(
        sink: sink, queue: NoticeQueue(limit: settings.maxWaiting),
        standing: sink.resending.map { StandingAlerts(retention: $0.afterResolution) },
        status: SinkStatus(name: sink.name), wake: wake, wakes: wakes)
      for entry in kept?.untold(sink.name) ?? [] where lane.queue.append(entry) != nil { lane.status.dropped += 1 }
      for known in kept?.firing ?? [] where known.to.contains(sink.name) {
        lane.standing?.take(known.notice, at: settings.uptime())
        lane.isResendingDue = lane.standing != nil
      }
      lanes.append(lane)
      wake.yield()
    }
    for known in kept?.firing ?? [] { firing[known.notice.identity] = known }
  }

  /// How telling each sink goes, in the order in which they were given.
  package var statuses: [SinkStatus] {
    lanes.map { lane in
      var status = lane.status
      status.waiting = lane.queue.waiting.count + lane.inHand
      return status
    }
  }

  /// The alerts of which it was last said that they fire, those that a run before this one was told of included.
  package var firingAlerts: Set<AlertNotice.Identity> { Set(firing.keys) }

  /// Takes a notice to be told.
  ///
  /// A firing of an alert that fires already, as a program says it that was started anew, is no transition and is
  /// ignored.
  /// - Parameters:
  ///   - notice: the notice.
  ///   - names: the sinks that are told; those that are not there are ignored. All by default.
  package func submit(_ notice: AlertNotice, to names: [String]? = nil) {
    if notice.isFiring, firing[notice.identity] != nil { return }
    let names = lanes.map(\.sink.name).filter { names?.contains($0) ?? true }
    firing[notice.identity] = notice.isFiring ? (notice, names) : nil
    guard !names.isEmpty else { return }
    lastNumber += 1
    let entry = QueuedNotice(number: lastNumber, notice: notice)
    journal?.accept(entry, to: names)
    for index in lanes.indices where names.contains(lanes[index].sink.name) { enqueue(entry, index) }
  }

  /// Tells that every alert is resolved that fired when the run before this one ended, and no longer does.
  ///
  /// Call it once, after the first evaluation of data that can be trusted.
  /// - Parameters:
  ///   - stillFiring: the alerts that fire now.
  ///   - instant: when the others are said to have ended.
  package func settle(stillFiring: Set<AlertNotice.Identity>, at instant: Date) {
    let over = firing.values.filter { !stillFiring.contains($0.notice.identity) }
    for (notice, names) in over.sorted(by: { $0.notice.startsAt < $1.notice.startsAt }) {
      submit(notice.resolved(at: instant), to: names)
    }
  }

  private func enqueue(_ entry: QueuedNotice, _ index: Int) {
    if let left = lanes[index].queue.append(entry) {
      lanes[index].status.dropped += 1
      journal?.end(left.number, for: lanes[index].sink.name)
    }
    lanes[index].wake.yield()
  }
}

// MARK: - At work

extension Notifier {
  /// Tells the sinks until the task is cancelled. Call it once.
  ///
  /// A hook that is running then is waited for; whoever is in a hurry does not wait for this.
  package func run() async {
    await withTaskGroup(of: Void.self) { tasks in
      for (index, lane) in lanes.enumerated() {
        let (wakes, resending) = (lane.wakes, lane.sink.resending)
        tasks.addTask { await self.work(index, wakes) }
        if let resending { tasks.addTask { await self.remind(index, each: resending.interval) } }
      }
    }
    releaseWaiters()
  }

  /// Waits until every sink was told of everything or will not be, at most so long.
  /// - Returns: whether that is so.
  @discardableResult
  package func waitUntilIdle(atMost limit: Duration? = nil) async -> Bool {
    guard !isIdle else { return true }
    let timer = limit.map { limit in
      Task {
        try? await settings.sleep(limit)
        if !Task.isCancelled { releaseWaiters() }
      }
    }
    await withCheckedContinuation { idleWaiters.append($0) }
    timer?.cancel()
    return isIdle
  }

  private var isIdle: Bool { lanes.allSatisfy { $0.inHand == 0 && !$0.isResendingDue && $0.queue.waiting.isEmpty } }

  private func releaseWaiters() {
    for waiter in idleWaiters { waiter.resume() }
    idleWaiters = []
  }

  private func work(_ index: Int, _ wakes: AsyncStream<Void>) async {
    for await _ in wakes {
      while !Task.isCancelled {
        let batch = lanes[index].queue.take(lanes[index].sink.maxBatch)
        guard !batch.isEmpty || lanes[index].isResendingDue else { break }
        lanes[index].inHand = batch.count
        if batch.isEmpty { await resend(index) } else { await tell(batch, index) }
        lanes[index].inHand = 0
      }
      if isIdle { releaseWaiters() }
    }
  }

  private func remind(_ index: Int, each interval: Duration) async {
    while (try? await settings.sleep(interval)) != nil {
      lanes[index].isResendingDue = true
      lanes[index].wake.yield()
    }
  }

  private func tell(_ batch: [QueuedNotice], _ index: Int) async {
    for entry in batch { lanes[index].standing?.take(entry.notice, at: settings.uptime()) }
    let end = settings.uptime() + settings.patience
    var backoff = Backoff()
    while true {
      let result = await attempt(batch.map(\.notice), index)
      guard case .failure(let failure) = result else {
        lanes[index].status.sent += batch.count
        break
      }
      // What was cut short here is for the next run to tell.
      guard !Task.isCancelled else { return }
      let wait = backoff.fail(
        interval: settings.firstWait, retryAfter: failure.retryAfter, random: settings.random())
      guard failure.isPassing, settings.uptime() + wait < end else {
        lanes[index].status.failed += batch.count
        break
      }
      guard (try? await settings.sleep(wait)) != nil else { return }
    }
    for entry in batch { journal?.end(entry.number, for: lanes[index].sink.name) }
  }

  /// Tells the sink again of what it knows; what fails now is told with the next time.
  private func resend(_ index: Int) async {
    defer { lanes[index].isResendingDue = false }
    var rest = lanes[index].standing?.due(at: settings.uptime())[...] ?? []
    let count = lanes[index].sink.maxBatch
    while !rest.isEmpty, case .success = await attempt(Array(rest.prefix(count)), index) {
      rest = rest.dropFirst(count)
    }
  }

  private func attempt(_ notices: [AlertNotice], _ index: Int) async -> Result<Void, SinkFailure> {
    do throws(SinkFailure) {
      _ = try await lanes[index].sink.deliver(notices)
      lanes[index].status.failuresInRow = 0
      return .success(())
    } catch {
      guard !Task.isCancelled else { return .failure(error) }
      lanes[index].status.failuresInRow += 1
      lanes[index].status.lastFailure = SinkStatus.Failure(
        line: TerminalText.neutralised(error.cause), at: settings.wallClock())
      return .failure(error)
    }
  }
}
