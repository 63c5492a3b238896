import FoundationEssentials
import SlotStats
import StatsFormats

/// Answers with the acknowledgements of the store, and takes and takes back some: `/api/acks`.
struct AcksRoute: Sendable {
  let ledger: any EventLedger
  let service: CachedStatsService
  let wallClock: @Sendable () -> Date

  /// All of them.
  func list() async throws -> Response {
    let book = try await ledger.acknowledgements() ?? AcknowledgementBook()
    return Response(body: .bytes(AcknowledgementDocument.bytes(of: book)))
  }

  /// Keeps the one in the body; when it was made is said by the clock here.
  func acknowledge(_ body: [UInt8]) async throws -> Response {
    let now = wallClock()
    var entry: Acknowledgement
    do throws(SnapshotError) {
      entry = try AcknowledgementDocument.entry(parsing: body, now: now)
    } catch {
      throw RequestRefusal(.badRequest, "The body cannot be read: \(error.line).")
    }
    // What was seen of an earlier one is nothing of this one.
    (entry.at, entry.seen) = (now, nil)
    if case .at(let end) = entry.until {
      guard end > now else {
        throw RequestRefusal(.badRequest, "until is over already; the clock here says \(RFC3339.format(now)).")
      }
      guard end <= now.addingTimeInterval(Acknowledgement.maxDuration) else {
        throw RequestRefusal(.badRequest, "until is more than \(Int(Acknowledgement.maxDuration / 86_400)) days away.")
      }
    }
    if let slotID = entry.slotID, try await !service.readSlots().contains(where: { $0.id == slotID }) {
      throw RequestRefusal(.notFound, "There is no such slot.")
    }
    try await ledger.acknowledge(entry)
    tell(entry.slotID)
    return .object { AcknowledgementDocument.write(entry, to: &$0) }
  }

  /// Takes back that of `slot`, or with `all=1` that of all slots together.
  func withdraw(_ target: RequestTarget) async throws -> Response {
    let (slotID, all) = (target["slot"], target["all"])
    guard (slotID == nil) != (all == nil), slotID?.isEmpty != true, all == nil || all == "1" else {
      throw RequestRefusal(.badRequest, "Give slot with the id of a slot, or all=1 for all slots together.")
    }
    let wasThere = try await ledger.withdraw(slotID)
    if wasThere { tell(slotID) }
    return .object { $0.member("withdrawn", wasThere) }
  }

  /// Tells who listens. The change of a slot is noticed in the store, whoever makes it; all slots together have none.
  private func tell(_ slotID: Slot.ID?) {
    if slotID == nil { service.invalidateAll() }
  }
}
