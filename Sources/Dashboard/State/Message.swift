import FoundationEssentials
import SlotStats
import TerminalUI

/// A moment by both clocks.
package struct Moment: Hashable, Sendable {
  /// The wall clock, for ages and labels.
  package var wall: Date
  /// The monotonic clock since the dashboard was opened, for ticks and deadlines.
  package var uptime: Duration

  /// A moment.
  package init(wall: Date, uptime: Duration) {
    self.wall = wall
    self.uptime = uptime
  }
}

/// Something that happened, told to the reducer.
package enum Message: Equatable, Sendable {
  /// A key was pressed.
  case key(Key)
  /// Text was pasted; it may hold anything.
  case pasted(String)
  /// A person is to be told this, until a key is pressed.
  case noted(String)
  /// The terminal has this size now.
  case resized(Size)
  /// Time passed.
  case tick
  /// A read ended.
  case readEnded(ReadOutcome)
  /// What a source that is read slot by slot has gathered meanwhile, and what that changed; `nil` if nothing came.
  case gathered(Fleet?, change: FleetChange?)
  /// A read of the past ended.
  case pastRead(PastOutcome)
  /// What changed in a reading's last while is worked out.
  case compared(ShownChanges)
  /// The handover that was asked for is made, or cannot be.
  case handoverEnded(HandoverOutcome)
  /// Something that is known on call came, or ended.
  case onCall(OnCallMessage)
  /// The source told by itself that it changed.
  case sourceChanged
  /// The source is there again after it was not.
  case sourceReturned
  /// The marks were read, in their order; `nil` where they could not be.
  case marksRead([Mark]?)
  /// What became of a mark that somebody set, in one line that may hold text from outside.
  case markEnded(String)
  /// What the failures of a slot say was read.
  case messagesRead(Slot.ID, MessagesOutcome)
}

/// How a read ended.
package enum ReadOutcome: Equatable, Sendable {
  /// With a new reading, judged, and what it changed; no change for the first one.
  case fleet(Fleet, change: FleetChange?)
  /// With the same statistics as before, read again.
  case unchanged(Fleet)
  /// Without a reading; why, in one line that may hold text from outside, and how long to leave the source alone.
  case failed(cause: String, retryAfter: Duration? = nil)
}

/// What the reducer asks the outside to do.
package enum Effect: Equatable, Sendable {
  /// Read the source, passing by whatever is cached if `isFresh`; end with ``Message/readEnded(_:)``.
  case read(isFresh: Bool)
  /// Read what the source said has changed, and what follows from it; end with ``Message/readEnded(_:)``.
  case readChanged
  /// Read how it was, to be judged by a window first; end with ``Message/pastRead(_:)``.
  case readPast(PastWish, opening: StatsWindow)
  /// Take what the source has gathered, without asking it; end with ``Message/gathered(_:change:)``.
  case gather
  /// Tell the source what is looked at now.
  case focus(ReadFocus)
  /// Read the marks; end with ``Message/marksRead(_:)``.
  case readMarks
  /// Mark this instant with a text; end with ``Message/markEnded(_:)``.
  case mark(String)
  /// Read what the failures of a slot say; end with ``Message/messagesRead(_:_:)``.
  case readMessages(of: Slot.ID)
  /// Work out what changed; end with ``Message/compared(_:)``.
  case compare(ChangesQuestion)
  /// Make a handover; end with ``Message/handoverEnded(_:)``.
  case makeHandover(HandoverQuestion)
  /// Put a text on the terminal's clipboard, and tell with ``Message/noted(_:)``.
  case copy(String)
  /// Write a text into a file, and tell with ``Message/noted(_:)``.
  case save(String)
  /// Something on call.
  case onCall(OnCallEffect)
  /// Draw every cell again.
  case redraw
  /// Leave.
  case quit
}
