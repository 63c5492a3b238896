import FoundationEssentials
import SlotStats
import StatsFormats

/// Answers with the marks of the store, and takes and takes away some: `/api/marks`.
struct MarksRoute: Sendable {
  let ledger: any EventLedger
  let wallClock: @Sendable () -> Date

  /// Those from `from` on and before `to`; all of them without either.
  func list(_ target: RequestTarget) async throws -> Response {
    let (from, to) = (try StatsQuery.instant(target, "from"), try StatsQuery.instant(target, "to"))
    let book = try await ledger.marks() ?? MarkBook()
    return Response(body: .bytes(MarkDocument.bytes(of: book.marks(from: from, to: to), lastID: book.lastID)))
  }

  /// Keeps the one in the body; one that does not say when happened now.
  func add(_ body: [UInt8]) async throws -> Response {
    let now = wallClock()
    let mark: Mark
    do throws(SnapshotError) {
      mark = try MarkDocument.mark(parsing: body, now: now)
    } catch {
      throw RequestRefusal(.badRequest, "The body cannot be read: \(error.line).")
    }
    if let problem = Mark.problem(ofInstant: mark.at, now: now) {
      throw RequestRefusal(.badRequest, "at \(problem); the clock here says \(RFC3339.format(now)).")
    }
    let kept = try await ledger.add(mark, now: now)
    return .object { MarkDocument.write(kept, to: &$0) }
  }

  /// Takes away the one of number `id`.
  func remove(_ target: RequestTarget) async throws -> Response {
    guard let id = try StatsQuery.number(target, "id", 1...Int.max) else {
      throw RequestRefusal(.badRequest, "Give id with the number of a mark.")
    }
    let wasThere = try await ledger.removeMark(id)
    return .object { $0.member("removed", wasThere) }
  }
}
