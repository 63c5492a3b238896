#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An aggregation with its age: what reaches a screen.
public struct StatsReading: Hashable, Sendable {
  /// The statistics.
  public let aggregation: StatsAggregation
  /// The instant that the data describes, which no count is later than: the source's own word, or the end of the load for
  /// a live source.
  public let generatedAt: Date
  /// When the source was read, by the wall clock. A cache hit leaves it as it was.
  public let readAt: Date

  /// A reading.
  public init(aggregation: StatsAggregation, generatedAt: Date, readAt: Date) {
    self.aggregation = aggregation
    self.generatedAt = generatedAt
    self.readAt = readAt
  }
}

/// Everything that one frame shows, of one piece: all slots with their series by every window of the source.
public struct FleetReading: Sendable, Equatable {
  /// One window's series over the shown range.
  public struct Series: Sendable, Equatable {
    /// All slots together.
    public var global: StatsAggregation
    /// Each slot; a slot that never reported has no metrics.
    public var bySlot: SlotSeries

    /// Series of one window.
    public init(global: StatsAggregation, bySlot: [Slot.ID: StatsAggregation]) {
      self.global = global
      self.bySlot = SlotSeries(bySlot)
    }
  }

  /// Which slots' series, besides those of all slots together, differ from an earlier reading's.
  public struct Difference: Sendable, Equatable {
    /// The slots; each stands in both readings, described alike.
    public var slots: Set<Slot.ID>
    /// The version of the earlier reading.
    public var since: UInt64
  }

  /// All slots, in the source's order.
  public var slots: [Slot]
  /// The series of every window that the source has.
  public var series: [StatsWindow: Series]
  /// The last minutes of every slot; `nil` where the source has no minutes.
  public var recent: RecentReading?
  /// The instant that the data describes: no count is of an event after it.
  public var generatedAt: Date
  /// When the source was read, by the wall clock; where parts were read at different times, the earliest of these.
  public var readAt: Date
  /// When the newest event happened, of a source that knows its events and has one.
  public var newestEventAt: Date?
  /// How far the source's own clock is ahead of the wall clock here, in seconds, negative where it is behind; `nil` where
  /// both agree, or where nobody knows.
  public var clockLead: TimeInterval?
  /// How often the source says it is made anew, in seconds.
  public var refreshInterval: TimeInterval?
  /// What a person should know of the data, in one line that may hold text from outside.
  public var notice: String?
  /// Equal versions of one source mean equal statistics.
  public var version: UInt64
  /// What differs from the reading that it was made from; `nil` where it may be anything.
  public var difference: Difference?
  /// What of it has not been read, where the source is read slot by slot.
  public var gaps: ReadGaps

  /// A reading of everything.
  public init(
    slots: [Slot], series: [StatsWindow: Series], generatedAt: Date, readAt: Date,
    refreshInterval: TimeInterval? = nil, notice: String? = nil, version: UInt64 = 0, gaps: ReadGaps = .none,
    newestEventAt: Date? = nil, clockLead: TimeInterval? = nil, recent: RecentReading? = nil
  ) {
    self.slots = slots
    self.series = series
    self.recent = recent
    self.generatedAt = generatedAt
    self.readAt = readAt
    self.refreshInterval = refreshInterval
    self.notice = notice
    self.version = version
    self.gaps = gaps
    self.newestEventAt = newestEventAt
    self.clockLead = clockLead
  }
}
