import FoundationEssentials
import SlotStats
import StatsFormats

/// Writes a reading as a frame: few bytes, to be read by ``FrameReader`` alone.
///
/// A frame is ``magic`` with its version, the reading, and a digest of all before it. Whole numbers are written seven bits
/// a byte, the lowest first; the eighth bit says that more follow. Of a bucket its distance from the one before and its
/// counters are written, and of a slot that was not read by a window nothing but that.
struct FrameWriter {
  /// How every frame begins; the last byte is the version of the format.
  static let magic: [UInt8] = Array("SLTF".utf8) + [1]
  /// The bytes of the digest at the end.
  static let digestLength = 8

  private var bytes = magic

  /// The frame of a reading.
  static func bytes(of reading: FleetReading) -> [UInt8] {
    var writer = FrameWriter()
    writer.add(reading)
    return closed(writer.bytes)
  }

  /// The same bytes with their digest.
  static func closed(_ bytes: [UInt8]) -> [UInt8] {
    let digest = bytes.withUnsafeBytes { ContentDigest.of($0) }
    return bytes + stride(from: UInt64(0), to: 64, by: 8).map { UInt8(truncatingIfNeeded: digest >> $0) }
  }

  private mutating func add(_ reading: FleetReading) {
    add(reading.generatedAt)
    add(reading.readAt)
    add(optional: reading.newestEventAt) { $0.add($1) }
    add(optional: reading.refreshInterval) { $0.add($1) }
    add(optional: reading.notice) { $0.add($1) }
    add(reading.slots.count)
    for slot in reading.slots { add(slot) }
    let windows = reading.series.keys.sorted().filter { !isUnread($0, in: reading) }
    add(windows.count)
    for window in windows {
      add(window.code)
      guard let series = reading.series[window] else { continue }
      add(series.global.metrics, window)
      for slot in reading.slots {
        let known = reading.gaps.isKnown(slot.id, in: window) ? series.bySlot[slot.id] : nil
        add(optional: known) { $0.add($1.metrics, window) }
      }
    }
    add(optional: reading.recent) { $0.add($1, of: reading.slots) }
  }

  /// Whether nothing was read of any slot by a window.
  private func isUnread(_ window: StatsWindow, in reading: FleetReading) -> Bool {
    !reading.slots.isEmpty && reading.gaps.unknownCount(in: window) >= reading.slots.count
  }

  private mutating func add(_ slot: Slot) {
    add(slot.id)
    add(slot.name)
    add(optional: slot.providerID) { $0.add($1) }
    add(slot.isActive ? 1 : 0)
    add(optional: slot.lastResetAt) { $0.add($1) }
  }

  private mutating func add(_ metrics: [StatsMetric], _ window: StatsWindow) {
    add(metrics.count)
    var last = 0
    for metric in metrics {
      let number = window.number(metric.periodStart)
      add(signed: number - last)
      add(metric.counters)
      last = number
    }
  }

  private mutating func add(_ recent: RecentReading, of slots: [Slot]) {
    add(recent.instant)
    add(Int(recent.reported))
    add(optional: recent.longestGap) { $0.add($1) }
    add(recent.global)
    for slot in slots { add(optional: recent.bySlot[slot.id]) { $0.add($1) } }
  }

  private mutating func add(_ series: RecentSeries) {
    let minutes = series.minutes.minutes(in: .min ... .max)
    add(minutes.count)
    var last = 0
    for minute in minutes {
      add(signed: minute.number - last)
      add(minute.counters)
      last = minute.number
    }
    add(series.usual.count)
    for hour in series.usual {
      add(hour.days)
      add(hour.counters)
    }
    add(series.rhythm.count)
    for hour in series.rhythm {
      for runs in [hour.dayBefore, hour.weekBefore, hour.fortnightBefore] { add(optional: runs) { $0.add($1) } }
    }
    add(optional: series.open) { writer, open in
      writer.add(open.count)
      writer.add(open.oldest)
      writer.add(open.overdue)
    }
  }

  // MARK: Values

  private mutating func add(_ counters: StatsCounters) {
    for (_, path) in StatsCounters.keys { add(counters[keyPath: path]) }
  }

  private mutating func add<Value>(optional value: Value?, _ write: (inout FrameWriter, Value) -> Void) {
    bytes.append(value == nil ? 0 : 1)
    if let value { write(&self, value) }
  }

  /// A number from 0.
  private mutating func add(_ value: Int) { add(bits: UInt64(max(value, 0))) }

  private mutating func add(signed value: Int) {
    add(bits: UInt64(bitPattern: Int64(value)) << 1 ^ UInt64(bitPattern: Int64(value) >> 63))
  }

  private mutating func add(bits: UInt64) {
    var rest = bits
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func add(_ value: Double) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift)))
    }
  }

  private mutating func add(_ instant: Date) { add(instant.timeIntervalSince1970) }

  private mutating func add(_ text: String) {
    add(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }
}

extension StatsWindow {
  private static let codes: [(window: StatsWindow, code: Int)] = [(.minute, 0), (.hour, 1), (.day, 2), (.week, 3)]

  /// What stands for it in a frame; never changes.
  var code: Int { Self.codes.first { $0.window == self }?.code ?? Self.codes.count }

  /// The window that a number stands for.
  init?(code: Int) {
    guard let found = Self.codes.first(where: { $0.code == code }) else { return nil }
    self = found.window
  }

  /// The number of the bucket that starts at an instant, counted from the first one of 1970.
  func number(_ start: Date) -> Int { Int(((start.timeIntervalSince1970 - facts.origin) / length).rounded()) }

  /// When the bucket of a number starts.
  func start(ofBucket number: Int) -> Date { Date(timeIntervalSince1970: facts.origin + Double(number) * length) }
}
