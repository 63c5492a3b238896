import FoundationEssentials
import SlotStats
import StatsFormats

/// Reads the frames of ``FrameWriter``. Whatever else the bytes are, of another program or version, cut off or damaged,
/// they are no frame.
struct FrameReader {
  /// That the bytes are no frame.
  private struct Damage: Error {}

  /// The longest text that is taken, in bytes.
  private static let maxText = 65_536
  /// The farthest instant that is taken, in seconds from 1970.
  private static let farthest = 4e11

  private let bytes: ArraySlice<UInt8>
  private var place: Int

  /// The reading of a frame; `nil` where the bytes are none.
  static func reading(_ bytes: [UInt8]) -> FleetReading? {
    let end = bytes.count - FrameWriter.digestLength
    guard bytes.starts(with: FrameWriter.magic), end > FrameWriter.magic.count else { return nil }
    let told = bytes[end...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard bytes[..<end].withUnsafeBytes({ ContentDigest.of($0) }) == told else { return nil }
    var reader = FrameReader(bytes: bytes[..<end], place: FrameWriter.magic.count)
    guard let reading = try? reader.reading(), reader.place == end else { return nil }
    return reading
  }

  private init(bytes: ArraySlice<UInt8>, place: Int) {
    self.bytes = bytes
    self.place = place
  }

  private mutating func reading() throws -> FleetReading {
    let generatedAt = try instant()
    let readAt = try instant()
    let newest = try optional { try $0.instant() }
    let refresh = try optional { try $0.real() }
    let notice = try optional { try $0.text() }
    let slots = try list { try $0.slot() }
    guard Set(slots.map(\.id)).count == slots.count else { throw Damage() }
    var series: [StatsWindow: FleetReading.Series] = [:]
    var unread: [StatsWindow: Set<Slot.ID>] = [:]
    for _ in 0..<(try count()) {
      guard let window = StatsWindow(code: try whole()) else { throw Damage() }
      let global = StatsAggregation(window: window, metrics: try metrics(window))
      var bySlot: [Slot.ID: StatsAggregation] = [:]
      for slot in slots {
        let known = try optional { try $0.metrics(window) }
        if known == nil { unread[window, default: []].insert(slot.id) }
        bySlot[slot.id] = StatsAggregation(window: window, metrics: known ?? [])
      }
      series[window] = FleetReading.Series(global: global, bySlot: bySlot)
    }
    let recent = try optional { try $0.recent(of: slots) }
    return FleetReading(
      slots: slots, series: series, generatedAt: generatedAt, readAt: readAt, refreshInterval: refresh, notice: notice,
      gaps: ReadGaps(unread: unread), newestEventAt: newest, recent: recent)
  }

  private mutating func slot() throws -> Slot {
    let (id, name) = (try text(), try text())
    let provider = try optional { try $0.text() }
    let isActive = try whole() != 0
    return Slot(
      id: id, name: name, providerID: provider, isActive: isActive, lastResetAt: try optional { try $0.instant() })
  }

  private mutating func metrics(_ window: StatsWindow) throws -> [StatsMetric] {
    var number = 0
    var isFirst = true
    return try list { reader in
      let next = try reader.next(after: number)
      guard isFirst || next > number else { throw Damage() }
      (number, isFirst) = (next, false)
      return StatsMetric(window, start: window.start(ofBucket: number), counters: try reader.counters())
    }
  }

  private mutating func recent(of slots: [Slot]) throws -> RecentReading {
    let instant = try instant()
    let reported = UInt32(truncatingIfNeeded: try whole())
    let gap = try optional { try $0.real() }
    let global = try recentSeries()
    var bySlot: [Slot.ID: RecentSeries] = [:]
    for slot in slots { bySlot[slot.id] = try optional { try $0.recentSeries() } }
    return RecentReading(global: global, bySlot: bySlot, reported: reported, longestGap: gap, at: instant)
  }

  private mutating func recentSeries() throws -> RecentSeries {
    var series = RecentSeries()
    var number = 0
    for _ in 0..<(try count()) {
      number = try next(after: number)
      series.minutes.append(number, try counters())
    }
    series.usual = try list { reader in
      let days = try reader.whole()
      return UsualHour(counters: try reader.counters(), days: days)
    }
    series.rhythm = try list { reader in
      var runs: [Int?] = []
      for _ in 0..<3 { runs.append(try reader.optional { try $0.whole() }) }
      return RhythmHour(dayBefore: runs[0], weekBefore: runs[1], fortnightBefore: runs[2])
    }
    series.open = try optional { reader in
      OpenJobs(count: try reader.whole(), oldest: try reader.instant(), overdue: try reader.whole())
    }
    return series
  }

  // MARK: Values

  private mutating func counters() throws -> StatsCounters {
    var counters = StatsCounters.zero
    for (_, path) in StatsCounters.keys { counters[keyPath: path] = try whole() }
    return counters
  }

  private mutating func optional<Value>(_ read: (inout FrameReader) throws -> Value) throws -> Value? {
    switch try byte() {
    case 0: nil
    case 1: try read(&self)
    default: throw Damage()
    }
  }

  private mutating func list<Value>(_ read: (inout FrameReader) throws -> Value) throws -> [Value] {
    var values: [Value] = []
    let count = try count()
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try read(&self)) }
    return values
  }

  /// How many follow; each of them takes a byte at least.
  private mutating func count() throws -> Int {
    let count = try whole()
    guard count <= bytes.endIndex - place else { throw Damage() }
    return count
  }

  private mutating func byte() throws -> UInt8 {
    guard place < bytes.endIndex else { throw Damage() }
    defer { place += 1 }
    return bytes[place]
  }

  private mutating func bits() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let next = try byte()
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
    }
    throw Damage()
  }

  private mutating func whole() throws -> Int { Int(clamping: try bits()) }

  /// The number that stands a written distance after another one.
  private mutating func next(after number: Int) throws -> Int {
    let bits = try bits()
    let distance = Int(Int64(bitPattern: bits >> 1 ^ (0 &- bits & 1)))
    let (sum, overflow) = number.addingReportingOverflow(distance)
    guard !overflow, Double(sum).magnitude * 60 <= Self.farthest else { throw Damage() }
    return sum
  }

  private mutating func real() throws -> Double {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 8) { value |= UInt64(try byte()) << shift }
    let number = Double(bitPattern: value)
    guard number.magnitude <= Self.farthest else { throw Damage() }
    return number
  }

  private mutating func instant() throws -> Date { Date(timeIntervalSince1970: try real()) }

  private mutating func text() throws -> String {
    let length = try count()
    guard length <= Self.maxText else { throw Damage() }
    defer { place += length }
    guard let text = String(validating: bytes[place..<place + length], as: UTF8.self) else { throw Damage() }
    return text
  }
}
