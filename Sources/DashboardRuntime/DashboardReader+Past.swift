import Dashboard
import FoundationEssentials
import SlotStats

extension DashboardReader {
  /// Everything as it was at a past instant, judged by `window` first. Where the source keeps no history, steps of windows
  /// longer than the record is are steps from one recorded reading to the next.
  /// - Throws: what the source throws, and that nothing of the instant is kept.
  package func pastOrThrow(_ wish: PastWish, opening window: StatsWindow) async throws -> PastOutcome {
    guard let reading = try await pastReading(wish) else { return .now }
    return .fleet(await Fleet.judging(reading, thresholds: thresholds, after: nil, opening: window))
  }

  /// The same; a failure is an outcome too.
  package func past(_ wish: PastWish, opening window: StatsWindow) async -> PastOutcome {
    do {
      return try await pastOrThrow(wish, opening: window)
    } catch {
      return .failed(cause: (error as? StatsSourceError)?.cause ?? ErrorWords.text(error))
    }
  }

  /// The reading of then; `nil` where that is not past.
  private func pastReading(_ wish: PastWish) async throws -> FleetReading? {
    let now = StatsWindow.minute.bucketStart(containing: wallClock())
    // Whether a source keeps a history may be known only once it was asked.
    if wish.instant < now {
      if let reading = try await service.readPast(at: wish.instant) { return reading }
    } else if service.keepsHistory || recorder == nil {
      return nil
    }
    guard let recorder else { throw StatsSourceError.noHistory }
    let (instant, steps) = (wish.instantWithinDay, wish.longSteps)
    guard instant < now || steps < 0 else { return nil }
    let found = try await recorder.reading(steps, from: instant).map(service.described)
    // A step forth within a pause of the record goes to the end of it.
    guard let found, steps == 0, !wish.isInstant, wish.from < instant, found.generatedAt <= wish.from else {
      return found
    }
    return try await recorder.reading(1, from: wish.from).map(service.described)
  }

  /// Offers a reading to whoever records it; that is not waited for.
  func record(_ outcome: ReadOutcome) {
    guard isRecording, let recorder, !service.keepsHistory else { return }
    switch outcome {
    case .fleet(let fleet, change: _), .unchanged(let fleet):
      Task.detached(priority: .background) { [reading = fleet.reading] in await recorder.record(reading) }
    case .failed: break
    }
  }
}
