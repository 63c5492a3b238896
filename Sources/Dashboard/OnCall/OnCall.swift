import SlotStats

/// What is known on call beside the statistics: what is acknowledged, and which rules are pending or fire.
struct OnCall: Equatable, Sendable {
  /// What is acknowledged, as it was last read.
  var book = AcknowledgementBook()
  /// Whether that was read, or tried to be, at all.
  var isBookKnown = false
  /// Why it could not be read the last time; `nil` where it could.
  var bookFailure: String?
  /// The rules that are pending or fire, of the newest reading.
  var alerts: [ActiveAlert] = []
  /// What fails of telling others of alerts, a line each.
  var troubles: [String] = []

  /// Whether the book is being read.
  var isReadingBook = false
  /// When that last began.
  var bookAskedAt: Duration?
  /// Whether it is to be read.
  var wantsBook = false
  /// What is seen of acknowledged slots and has been noted.
  var noted: Set<AcknowledgementSighting> = []
  /// Whether something is being noted.
  var isNoting = false
  /// When that last began.
  var notedAt: Duration?
  /// The alerts that the terminal was told of and that still go on.
  var told: Set<AlertKey> = []
  /// Counts the changes of ``book`` and ``alerts``.
  private(set) var revision = 0

  /// One rule for one subject.
  struct AlertKey: Hashable, Sendable {
    let rule: String
    let subject: AlertSubject

    init(_ alert: ActiveAlert) { (rule, subject) = (alert.rule.name, alert.subject) }
  }

  /// How far from each other the book is read at least, and sightings are noted.
  static let bookInterval = Duration.seconds(1)

  /// Nothing is known.
  init() {}

  /// Takes what is acknowledged.
  mutating func take(_ book: AcknowledgementBook) {
    isBookKnown = true
    bookFailure = nil
    guard book != self.book else { return }
    self.book = book
    revision += 1
  }

  /// Takes the rules that are pending or fire.
  mutating func take(_ alerts: [ActiveAlert]) {
    guard alerts != self.alerts else { return }
    self.alerts = alerts
    revision += 1
  }
}

/// What happened that is known on call.
package enum OnCallMessage: Equatable, Sendable {
  /// What is acknowledged was read.
  case acknowledged(AcknowledgementBook)
  /// It could not be read; why, in a line that may hold text from outside.
  case acknowledgementsFailed(String)
  /// An own acknowledgement was kept or taken back, or could not be: what is to be said, and what is acknowledged now,
  /// where that could be read.
  case changeEnded(String, AcknowledgementBook?)
  /// What was seen of acknowledged slots is noted; nothing where it could not be, and is to be noted again.
  case noted([AcknowledgementSighting])
  /// The rules that are pending or fire after a reading, and what fails of telling others of them.
  case alerts([ActiveAlert], troubles: [String])
}

/// What the outside is asked to do on call.
package enum OnCallEffect: Equatable, Sendable {
  /// Read what is acknowledged; ends with ``OnCallMessage/acknowledged(_:)`` or the failure.
  case readAcknowledgements
  /// Keep an acknowledgement; ends with ``OnCallMessage/changeEnded(_:_:)``.
  case acknowledge(Acknowledgement)
  /// Take back that of a slot; ends alike.
  case withdraw(Slot.ID)
  /// Note what was seen of acknowledged slots; ends with ``OnCallMessage/noted(_:)``.
  case note([AcknowledgementSighting])
  /// Ring the terminal's bell, unless it has just rung.
  case ring
  /// Have the desktop show this.
  case notify(title: String, text: String)
}
