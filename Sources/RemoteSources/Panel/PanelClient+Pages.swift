import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats

/// One page of a longer answer.
protocol PanelPage: Sendable {
  associatedtype Key: Hashable
  /// How many there are on all pages.
  var total: Int { get }
  /// What tells those of this page apart.
  var keys: [Key] { get }
}

extension PanelSlotList: PanelPage {
  var keys: [Slot.ID] { slots.map(\.id) }
}

extension PanelGlobalPage: PanelPage {
  var keys: [Date] { metrics.map(\.periodStart) }
}

/// All pages of an answer.
struct PanelPages<Page: PanelPage>: Sendable {
  var pages: [PanelKnown<Page>] = []
  /// When the oldest page was made, by the age that caches tell; the clock is that of the first one.
  var stamp = PanelStamp()
  /// Whether any page differs from what was known.
  var isNew = false
}

extension PanelClient {
  /// The most slots, or buckets, that a panel may say it has.
  static let maxTotal = 100_000
  /// How many buckets a page is asked for: the most that panels give.
  static let pageSize = 50

  /// All slots, in the panel's order, and what the panel says of its windows, which is kept. The first page is what
  /// the panel gives without being asked for a page.
  func slotList(known: [PanelKnown<PanelSlotList>], _ rank: PriorityLimiter.Rank) async throws
    -> PanelPages<PanelSlotList>
  {
    var size = 0
    let pages = try await pages("/api/slots", known) { number, known in
      let query = number == 1 ? nil : "page=\(number)&page_size=\(size)"
      let answer = try await get("/api/slots", query, known: known, rank) { bytes throws(SnapshotError) in
        try PanelSlotList(parsing: bytes, page: number)
      }
      if number == 1 { size = answer.known.value.slots.count }
      return answer
    }
    if let first = pages.pages.first { windows.hear(first.value) }
    return pages
  }

  /// The buckets of all slots together in one range.
  func globalRows(
    _ range: PanelRange, known: [PanelKnown<PanelGlobalPage>], _ rank: PriorityLimiter.Rank
  ) async throws -> PanelPages<PanelGlobalPage> {
    try await pages("/api/stats/global", known) { number, known in
      let query = Self.query(range) + "&page=\(number)&page_size=\(Self.pageSize)"
      return try await get("/api/stats/global", query, known: known, rank) { bytes throws(SnapshotError) in
        try PanelGlobalPage(parsing: bytes, window: range.window, page: number)
      }
    }
  }

  /// Reads page after page until as many are there as the panel says. If it changes its mind meanwhile, all is read
  /// once more: a list that moves between two pages would be read with gaps.
  private func pages<Page>(
    _ path: String, _ known: [PanelKnown<Page>],
    _ read: (Int, PanelKnown<Page>?) async throws -> PanelResponse<Page>
  ) async throws -> PanelPages<Page> {
    do {
      for _ in 0..<2 {
        if let all = try await attempt(path, known, read) { return all }
      }
    } catch let failure as HTTPFailure {
      throw translated(failure)
    }
    throw refused(path, "its total changed twice while its pages were read")
  }

  private func attempt<Page>(
    _ path: String, _ known: [PanelKnown<Page>],
    _ read: (Int, PanelKnown<Page>?) async throws -> PanelResponse<Page>
  ) async throws -> PanelPages<Page>? {
    var all = PanelPages<Page>()
    var keys: Set<Page.Key> = []
    repeat {
      let number = all.pages.count + 1
      let answer = try await read(number, number <= known.count ? known[number - 1] : nil)
      let (page, before) = (answer.known.value, keys.count)
      if let first = all.pages.first, first.value.total != page.total { return nil }
      if page.total > Self.maxTotal {
        throw refused(path, "$.meta.total is \(page.total); at most \(Self.maxTotal) are read")
      }
      keys.formUnion(page.keys)
      all.stamp = number == 1 ? answer.stamp : all.stamp.orOlder(answer.stamp)
      all.isNew = all.isNew || answer.isNew
      all.pages.append(answer.known)
      if keys.count >= page.total { break }
      if keys.count == before {
        throw refused(path, "page \(number) brings nothing new, \(before) of \(page.total) are there")
      }
    } while true
    all.isNew = all.isNew || all.pages.count != known.count
    return all
  }

  private func refused(_ path: String, _ problem: String) -> StatsSourceError {
    StatsSourceError(.contentRefused, action: action, cause: "\(path): \(problem)")
  }
}

extension PanelPages<PanelSlotList> {
  /// The slots of all pages; one that moved to the next page meanwhile stands once.
  var slots: [Slot] {
    if pages.count == 1 { return pages[0].value.slots }
    var ids: Set<Slot.ID> = []
    return pages.flatMap(\.value.slots).filter { ids.insert($0.id).inserted }
  }
}

extension PanelPages<PanelGlobalPage> {
  /// When the newest event happened, of a panel that says so.
  var newestEventAt: Date? { pages.compactMap(\.value.newestEventAt).max() }

  /// The buckets of all pages, ascending, that are in `range`.
  func rows(in range: PanelRange) -> PanelRows {
    var starts: Set<Date> = []
    let metrics = pages.flatMap(\.value.metrics).filter { starts.insert($0.periodStart).inserted }
    return PanelRows(metrics.sorted { $0.periodStart < $1.periodStart }, in: range)
  }
}
