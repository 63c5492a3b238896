#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a source that is read slot by slot has not given, or not given lately. A source that is read whole has none.
public struct ReadGaps: Hashable, Sendable {
  /// A slot whose latest read failed, or whose data was read longer ago than the rest.
  public struct Old: Hashable, Sendable {
    /// When what is shown of it was read, by the wall clock; `nil` where nothing was ever read.
    public var readAt: Date?
    /// Why there is nothing newer, in a few words that may hold text from outside; `nil` where its turn has not come.
    public var cause: String?

    /// A slot that is behind the others.
    public init(readAt: Date?, cause: String? = nil) {
      self.readAt = readAt
      self.cause = cause
    }
  }

  /// The slots of each window whose turn has not come yet: there is nothing to show of them, and no failure either.
  public var unread: [StatsWindow: Set<Slot.ID>]
  /// The slots of each window that show something older than the rest of the frame, or nothing because they failed.
  public var old: [StatsWindow: [Slot.ID: Old]]

  /// Gaps; by default none.
  public init(unread: [StatsWindow: Set<Slot.ID>] = [:], old: [StatsWindow: [Slot.ID: Old]] = [:]) {
    self.unread = unread
    self.old = old
  }

  /// Nothing is missing.
  public static let none = ReadGaps()

  /// Whether a slot of `window` has not been read yet.
  public func isUnread(_ slotID: Slot.ID, in window: StatsWindow) -> Bool {
    unread[window]?.contains(slotID) ?? false
  }

  /// Whether anything was ever read of a slot of `window`.
  public func isKnown(_ slotID: Slot.ID, in window: StatsWindow) -> Bool {
    if isUnread(slotID, in: window) { return false }
    guard let old = old[window]?[slotID] else { return true }
    return old.readAt != nil
  }

  /// How many slots of `window` nothing was ever read of.
  public func unknownCount(in window: StatsWindow) -> Int {
    (unread[window]?.count ?? 0) + (old[window]?.values.count { $0.readAt == nil } ?? 0)
  }

  /// Whether any slot of any window has not been read yet.
  public var hasUnread: Bool { unread.values.contains { !$0.isEmpty } }
}
