import ReadingCommands
import StatsFormats

/// What was rotated away: looked for, and read on.
extension FollowedFile {
  /// Begins a file again whose content is not what was read: that one is looked for among its copies.
  func beginAgain(
    _ content: FollowedContent, _ intake: EventIntake, at now: ContinuousClock.Instant
  ) throws(CommandFailure) {
    // What is still to be stored belongs to the content that is gone.
    try intake.flush()
    let (trace, hadRest, wasGrowing) = (content.trace, content.hasRest, content.isGrowing)
    content.begin(at: 0)
    remember(trace)
    isSearchDue = false
    let outcome = lookAround(at: now)
    if !outcome.known.contains(trace), outcome.finds.isEmpty, !outcome.isCutShort {
      settleDoubt(isLoss: true, intake)
      if hadRest || wasGrowing && content !== self.content {
        gaps.tell(after: trace, intake)
      } else if wasGrowing {
        doubt = trace
      }
    }
    gaps.tell(outcome.unreadable, since: search.traces.last?.writtenAt ?? search.since, intake)
  }

  /// Decides about the end of what was cut, if there is a doubt: what follows it begins otherwise, or the same again.
  func settleDoubt(isLoss: Bool, _ intake: EventIntake) {
    if isLoss, let doubt { gaps.tell(after: doubt, intake) }
    doubt = nil
  }

  func searchIfDue(
    _ intake: EventIntake, at now: ContinuousClock.Instant
  ) throws(CommandFailure) -> Bool {
    guard isSearchDue else { return false }
    isSearchDue = false
    let outcome = lookAround(at: now)
    gaps.tell(outcome.unreadable, since: search.traces.last?.writtenAt ?? search.since, intake)
    return !outcome.finds.isEmpty
  }

  /// Looks for what was rotated, and opens it.
  func lookAround(at now: ContinuousClock.Instant, atBeginning: Bool = false) -> RotatedSearch.Outcome {
    let own = search.traces
    search.traces += formers.map(\.content.trace)
    search.current = content?.trace
    let outcome = search.run(files, atBeginning: atBeginning)
    isSearchUnfinished = outcome.isUnfinished
    // The position stays where it was, so that the next run decides.
    if outcome.isCutShort { doubt = nil }
    if let doubt, outcome.known.contains(doubt) { self.doubt = nil }
    if outcome.isUnfinished { isSearchDue = true }
    // What is read on leaves a trace of its own.
    let continued = Set(outcome.finds.compactMap(\.trace))
    search.traces = own.filter { !continued.contains($0) }
    for find in outcome.finds {
      let input = IngestInput(find.path)
      if find.isPacked {
        packed.append(PackedContent(input, find.descriptor, at: find.offset))
        continue
      }
      search.open.insert(find.stamp.number)
      let former = Former(
        content: FollowedContent(input, find.descriptor, find.stamp, at: find.offset), grewAt: now, wasFound: true)
      // The last one is that which may still be written to.
      formers.insert(former, at: formers.last?.wasFound == false ? formers.count - 1 : formers.count)
    }
    return outcome
  }
}
