import SlotStats
import TerminalUI

extension DashboardState {
  /// Takes in what happened on call.
  mutating func take(_ message: OnCallMessage) {
    switch message {
    case .acknowledged(let book):
      onCall.isReadingBook = false
      take(book)
    case .acknowledgementsFailed(let cause):
      onCall.isReadingBook = false
      onCall.isBookKnown = true
      onCall.bookFailure = "acknowledgements not read: \(cause)"
    case .changeEnded(let text, let book):
      say(text)
      if let book { take(book) }
    case .noted(let sightings):
      onCall.isNoting = false
      onCall.noted.formUnion(sightings)
    case .alerts(let alerts, let troubles):
      onCall.take(alerts)
      onCall.troubles = troubles
    }
  }

  private mutating func take(_ book: AcknowledgementBook) {
    let before = onCall.book
    onCall.take(book)
    if book != before { arrange() }
  }

  /// What follows on call from a message that asked the outside for `effects`.
  mutating func followOnCall(_ effects: [Effect]) -> [Effect] {
    if isStandingOld { arrangeAfterReading() }
    return readBook(after: effects) + noteSightings() + call()
  }

  /// Reads what is acknowledged beside each reading, and not more often than ``OnCall/bookInterval``.
  private mutating func readBook(after effects: [Effect]) -> [Effect] {
    guard options.acknowledger != nil else { return [] }
    if effects.contains(where: \.isRead) { onCall.wantsBook = true }
    let isDue = onCall.bookAskedAt.map { now.uptime - $0 >= OnCall.bookInterval } ?? true
    guard onCall.wantsBook, !onCall.isReadingBook, isDue else { return [] }
    (onCall.wantsBook, onCall.isReadingBook, onCall.bookAskedAt) = (false, true, now.uptime)
    return [.onCall(.readAcknowledgements)]
  }

  /// Has noted what the newest reading shows of acknowledged slots, until that has succeeded: by the window that each was
  /// acknowledged in, since another one proves nothing.
  private mutating func noteSightings() -> [Effect] {
    guard !onCall.book.isEmpty, held == nil, let standing, newest?.reading.version == standing.basis.version else {
      return []
    }
    let seen = standing.sightings.filter { sighting in
      let made = onCall.book[sighting.slotID]?.window
      return made == nil || made == window
    }
    onCall.noted.formIntersection(seen)
    let new = seen.filter { !onCall.noted.contains($0) }
    let isDue = onCall.notedAt.map { now.uptime - $0 >= OnCall.bookInterval } ?? true
    guard !new.isEmpty, !onCall.isNoting, isDue else { return [] }
    (onCall.isNoting, onCall.notedAt) = (true, now.uptime)
    return [.onCall(.note(new))]
  }

  // MARK: Calling somebody

  /// The most notifications of the desktop at once; more are told in one.
  private static let maxNotifications = 3

  /// Calls whoever the terminal reaches of rules that have just begun to fire and name it. What is acknowledged calls
  /// nobody until it no longer is.
  private mutating func call() -> [Effect] {
    guard options.acknowledger == nil || onCall.isBookKnown, let newest else { return [] }
    if onCall.alerts.isEmpty, onCall.told.isEmpty { return [] }
    let active = Set(onCall.alerts.map(OnCall.AlertKey.init))
    onCall.told.formIntersection(active)
    var new = onCall.alerts.filter { alert in
      guard case .firing = alert.phase, !alert.rule.channels.isDisjoint(with: [.bell, .desktop]) else { return false }
      return !onCall.told.contains(OnCall.AlertKey(alert))
    }
    if new.isEmpty { return [] }
    // Of the newest reading, whatever is on the screen.
    let acknowledged = onCall.book.outcome(in: newest[window], at: now.wall).inForce
    new.removeAll { alert in
      switch alert.subject {
      case .slot(let id): acknowledged[id] != nil
      case .all: acknowledged[nil] != nil
      case .source: false
      }
    }
    onCall.told.formUnion(new.map(OnCall.AlertKey.init))
    let onDesktop = new.filter { $0.rule.channels.contains(.desktop) }
    let rings: [Effect] = new.contains { $0.rule.channels.contains(.bell) } ? [.onCall(.ring)] : []
    guard !onDesktop.isEmpty else { return rings }
    let fleet = newest[window]
    let texts = onDesktop.prefix(Self.maxNotifications).map { alert in
      AlertNotice(alert, in: fleet, source: options.sourceLabel, at: newest.generatedAt).summary
    }
    let title = "slotwatch \(options.sourceLabel)"
    guard onDesktop.count > Self.maxNotifications else {
      return rings + texts.map { .onCall(.notify(title: title, text: $0)) }
    }
    return rings + [.onCall(.notify(title: title, text: "\(onDesktop.count) alerts, first \(texts[0])"))]
  }

  // MARK: Taking back

  /// Takes back the acknowledgement of the slot under the cursor.
  mutating func withdraw() -> [Effect] {
    if isPast {
      say("what is past cannot be taken back; Esc returns to now")
      return []
    }
    guard let slot = cursorSlot else {
      say("there is no slot under the cursor")
      return []
    }
    guard options.acknowledger != nil, onCall.book[slot.id] != nil else {
      say("\(Headline.short(slot.id)) is not acknowledged")
      return []
    }
    say("taking back what is acknowledged of \(Headline.short(slot.id))")
    return [.onCall(.withdraw(slot.id))]
  }
}

extension [AlertChannel] {
  fileprivate func isDisjoint(with others: Set<AlertChannel>) -> Bool { !contains(where: others.contains) }
}

extension Effect {
  /// Whether it reads the source.
  fileprivate var isRead: Bool {
    switch self {
    case .read, .readChanged: true
    default: false
    }
  }
}
