import SlotStats

/// One line of the table below the rows of all slots together.
enum TableLine: Hashable {
  /// All slots of a provider together, with how many of them are listed.
  case provider(JudgedProvider, listed: Int)
  /// The slot at this place.
  case slot(Int)
}

/// The listed slots together, while a filter hides others.
struct Subtotal: Hashable, Sendable {
  /// How many they are, from 1 on.
  let count: Int
  /// They, judged like a provider.
  let series: JudgedSeries
}

extension DashboardState {
  /// Groups the rows by provider, or no longer.
  mutating func toggleGroups() {
    guard let fleet, fleet.slots.contains(where: { $0.slot.providerID != nil }) else {
      say("this source names no providers")
      return
    }
    isGrouped.toggle()
    arrange()
    say(isGrouped ? "grouped by provider; p ends it" : "not grouped any more")
  }

  /// The places of `order` by provider, the worst provider first; each provider's in their order.
  func grouped(_ order: [Int], of fleet: JudgedFleet, by providers: [JudgedProvider]) -> [Int] {
    let ranks = Dictionary(providers.enumerated().map { ($1.id, $0) }) { first, _ in first }
    let groups = Dictionary(grouping: order) { ranks[fleet.slots[$0].slot.providerID ?? ""] ?? providers.count }
    return groups.keys.sorted().flatMap { groups[$0] ?? [] }
  }

  /// The lines on the page whose first row is `first`: a provider stands above its rows, also where some of them are
  /// above the page.
  func lines(from first: Int) -> [TableLine] {
    let room = OverviewLayout(size).rowCount
    let page = rows.dropFirst(first)
    guard isGrouped, let shown, let fleet else { return page.prefix(room).map { .slot($0) } }
    let providers = Dictionary(shown.providers(window).map { ($0.id, $0) }) { first, _ in first }
    let counts = rows.reduce(into: [String: Int]()) { $0[fleet.slots[$1].slot.providerID ?? "", default: 0] += 1 }
    var lines: [TableLine] = []
    var last: String?
    for place in page {
      let id = fleet.slots[place].slot.providerID ?? ""
      if id != last, let provider = providers[id] {
        // No provider stands at the end of a page without a row.
        guard lines.count + 1 < room else { break }
        lines.append(.provider(provider, listed: counts[id] ?? 0))
        last = id
      }
      guard lines.count < room else { break }
      lines.append(.slot(place))
    }
    return lines
  }

  /// How many rows the page has whose first is `first`, at least 1.
  func rowCount(from first: Int) -> Int {
    guard isGrouped else { return max(1, OverviewLayout(size).rowCount) }
    return max(1, lines(from: first).count { if case .slot = $0 { true } else { false } })
  }
}
