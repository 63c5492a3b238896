import FoundationEssentials
import SlotStats

/// Events counted by slot, UTC day and status, each as it comes: nothing is known of jobs, so a repeated event counts
/// again.
package struct EventTally: Sendable {
  /// How many events of one slot, day and status there are.
  package struct Row: Hashable, Sendable {
    /// The slot.
    package var slotID: Slot.ID
    /// The start of the day.
    package var day: Date
    /// What happened.
    package var status: ProcessingLog.Status
    /// How often, from 1.
    package var count: Int
  }

  /// How many events were counted.
  package private(set) var count = 0
  /// The place of each day in ``counts``.
  private var places: [Int64: Int] = [:]
  /// For each day, what each slot's kinds were counted; as long as the highest slot that the day has.
  private var counts: [[Int]] = []
  /// The day that was counted last, its bounds in nanoseconds and its place.
  private var last: (bounds: Range<Int64>, place: Int) = (0..<0, 0)

  private static let kinds = EventKind.allCases.count

  /// Nothing counted.
  package init() {}

  /// Counts an event.
  @inline(__always)
  package mutating func add(_ record: EventRecord) {
    if !last.bounds.contains(record.occurredAt) { turn(to: record.occurredAt) }
    let place = Int(record.slot) * Self.kinds + Int(record.kind.rawValue)
    if place >= counts[last.place].count { widen(through: place) }
    counts[last.place][place] += 1
    count += 1
  }

  private mutating func turn(to instant: Int64) {
    let day = instant.flooredDivision(by: EventRecord.day).quotient
    let place = places[day] ?? counts.count
    if place == counts.count {
      places[day] = place
      counts.append([])
    }
    last = (day * EventRecord.day..<(day + 1) * EventRecord.day, place)
  }

  private mutating func widen(through place: Int) {
    let size = max(place + Self.kinds, counts[last.place].count * 2)
    counts[last.place] += [Int](repeating: 0, count: size - counts[last.place].count)
  }

  /// What was counted, by slot id, day and status.
  package func rows(slots: EventSlots) -> [Row] {
    let numbers = (0..<Int32(slots.count)).map { (id: slots[$0], number: Int($0)) }.sorted { $0.id < $1.id }
    let days = places.sorted { $0.key < $1.key }
    var rows: [Row] = []
    for (id, number) in numbers {
      for (day, place) in days {
        for status in ProcessingLog.Status.allCases {
          let count = count(number, status, in: counts[place])
          guard count > 0 else { continue }
          let start = Date(timeIntervalSince1970: Double(day) * 86_400)
          rows.append(Row(slotID: id, day: start, status: status, count: count))
        }
      }
    }
    return rows
  }

  private func count(_ number: Int, _ status: ProcessingLog.Status, in day: [Int]) -> Int {
    EventKind.allCases.reduce(0) { sum, kind in
      let place = number * Self.kinds + Int(kind.rawValue)
      return sum + (kind.status == status && place < day.count ? day[place] : 0)
    }
  }
}
