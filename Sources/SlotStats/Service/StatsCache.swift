/// The entries that are kept: bounded in number, each for a time, dropped by slot.
///
/// A pure value: it holds no clock and no lock. An entry is valid while `now < loadStarted + timeToLive`. Beyond
/// `maxEntries` the least recently used leaves. An expired entry leaves when it is asked for, and each insertion looks
/// at ``sweepWidth`` further ones in turn, so that those nobody asks for leave too, at a fixed cost; a cache that
/// nobody adds to keeps at most what it has. Finding, inserting, and dropping an entry cost the same however many
/// there are.
struct StatsCache<Value: Sendable>: Sendable {
  /// How many entries an insertion looks at for expired ones.
  static var sweepWidth: Int { 8 }

  /// A place in the slab; places are linked from the most to the least recently used.
  private struct Node: Sendable {
    var key: StatsKey
    /// `nil` where the place is free.
    var entry: StatsEntry<Value>?
    var newer: Int
    var older: Int
  }

  private static var none: Int { -1 }

  private let timeToLive: Duration
  private let maxEntries: Int
  private var nodes: [Node] = []
  private var free: [Int] = []
  /// By slot first, so that dropping a slot touches its own entries only.
  private var places: [Slot.ID?: [StatsKey.Span: Int]] = [:]
  private var newest = -1
  private var oldest = -1
  private var sweepHand = 0

  /// An empty cache. `maxEntries` is at least 1.
  init(timeToLive: Duration, maxEntries: Int) {
    self.timeToLive = timeToLive
    self.maxEntries = max(maxEntries, 1)
  }

  /// How many entries are kept, expired ones included that have not left yet.
  var count: Int { nodes.count - free.count }

  /// The valid entry of `key`, which becomes the most recently used.
  mutating func entry(for key: StatsKey, at now: Duration) -> StatsEntry<Value>? {
    guard let place = places[key.slotID]?[key.span], let entry = nodes[place].entry else { return nil }
    guard isValid(entry, at: now) else {
      remove(place)
      return nil
    }
    if newest != place {
      unlink(place)
      linkAsNewest(place)
    }
    return entry
  }

  /// Keeps an entry, in place of an earlier one of the same key.
  mutating func insert(_ entry: StatsEntry<Value>, for key: StatsKey, at now: Duration) {
    if let place = places[key.slotID]?[key.span] { remove(place) }
    sweep(at: now)
    if count >= maxEntries { remove(oldest) }
    let node = Node(key: key, entry: entry, newer: Self.none, older: Self.none)
    let place: Int
    if let reused = free.popLast() {
      place = reused
      nodes[place] = node
    } else {
      place = nodes.count
      nodes.append(node)
    }
    places[key.slotID, default: [:]][key.span] = place
    linkAsNewest(place)
  }

  /// Drops every entry of a slot, or those of all slots for `nil`, whatever their window and since.
  mutating func removeEntries(of slotID: Slot.ID?) {
    guard let dropped = places.removeValue(forKey: slotID) else { return }
    for place in dropped.values { vacate(place) }
  }

  /// Drops everything.
  mutating func removeAll() {
    self = StatsCache(timeToLive: timeToLive, maxEntries: maxEntries)
  }

  private func isValid(_ entry: StatsEntry<Value>, at now: Duration) -> Bool {
    now - entry.loadStarted < timeToLive
  }

  private mutating func sweep(at now: Duration) {
    for _ in 0..<min(Self.sweepWidth, nodes.count) {
      sweepHand = sweepHand + 1 < nodes.count ? sweepHand + 1 : 0
      if let entry = nodes[sweepHand].entry, !isValid(entry, at: now) { remove(sweepHand) }
    }
  }

  private mutating func remove(_ place: Int) {
    let key = nodes[place].key
    places[key.slotID]?[key.span] = nil
    if places[key.slotID]?.isEmpty == true { places[key.slotID] = nil }
    vacate(place)
  }

  private mutating func vacate(_ place: Int) {
    unlink(place)
    nodes[place].entry = nil
    free.append(place)
  }

  private mutating func linkAsNewest(_ place: Int) {
    nodes[place].newer = Self.none
    nodes[place].older = newest
    if newest != Self.none { nodes[newest].newer = place }
    newest = place
    if oldest == Self.none { oldest = place }
  }

  private mutating func unlink(_ place: Int) {
    let (newer, older) = (nodes[place].newer, nodes[place].older)
    if newer == Self.none { newest = older } else { nodes[newer].older = older }
    if older == Self.none { oldest = newer } else { nodes[older].newer = newer }
  }
}
