import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats

extension PanelClient {
  /// The last minutes of every slot, or of one, and of all together; `nil` of a panel that does not tell them. One that
  /// does not is not asked again.
  /// - Throws: `StatsSourceError`, of kind `noSuchSlot` where it does not know the slot; `CancellationError`.
  func recent(of slotID: Slot.ID? = nil, at instant: Date) async throws -> RecentReading? {
    let known = windows.value
    guard known.said?.contains(.minute) == true, known.tellsRecent != false else { return nil }
    let path = "/api/recent" + (slotID.map { "/" + Self.segment($0) } ?? "")
    do {
      let answer: PanelResponse<RecentReading> = try await get(path, nil, known: nil, .foreground) {
        bytes throws(SnapshotError) in
        try RecentDocument.reading(parsing: bytes)
      }
      windows.settle(tellsRecent: true)
      return answer.known.value
    } catch let failure as HTTPFailure where failure.kind == .status(404) {
      if slotID != nil { throw StatsSourceError(.noSuchSlot, action: action, cause: failure.cause) }
      windows.settle(tellsRecent: false)
      return nil
    } catch let failure as HTTPFailure {
      throw translated(failure)
    }
  }
}

extension PanelFleet {
  /// So many slots are asked for one by one after a change; of more, the next whole reading tells.
  private static let mostAsked = 20
  /// After so many seconds all slots are asked for again, since time alone moves their last hour on.
  private static let wholeAfter: TimeInterval = 60

  /// Reads the last minutes of every slot, unless they were read in this minute; of a small panel also where something
  /// else of it `isNew`.
  func readRecent(at instant: Date, isNew: Bool = false) async throws {
    let now = wallClock()
    let isDue = isNew && table.slots.count <= Self.smallFleet
    if !isDue, let recent, recent.reading.minute == MinuteCounts.number(instant),
      abs(now.timeIntervalSince(recent.readAt)) < Self.wholeAfter
    {
      return
    }
    recent = try await client.recent(at: instant).map { ($0, now) }
  }

  /// Reads those of the slots that changed, and all of them where they have not been read in this minute.
  func readRecent(of slots: Set<Slot.ID>, at instant: Date) async throws {
    guard slots.count <= Self.mostAsked, var known = recent, known.reading.minute == MinuteCounts.number(instant) else {
      return try await readRecent(at: instant)
    }
    for slot in slots.sorted() {
      do {
        guard let newer = try await client.recent(of: slot, at: instant) else { continue }
        // A minute has begun meanwhile, which moves every slot on.
        guard newer.minute == known.reading.minute else {
          recent = nil
          return try await readRecent(at: newer.instant)
        }
        known.reading.take(newer)
      } catch let failure as StatsSourceError where failure.kind == .noSuchSlot {
        // One that is gone is found out by a full pass.
        continue
      }
    }
    recent = known
  }
}
