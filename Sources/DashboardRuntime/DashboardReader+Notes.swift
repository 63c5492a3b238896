import Dashboard
import SlotStats

extension DashboardReader {
  /// Reads the marks.
  package func readMarks() async -> Message {
    guard let marks, let book = try? await marks.marks() else { return .marksRead(nil) }
    return .marksRead(book.marks)
  }

  /// Marks this instant, and says what became of it.
  package func mark(_ text: String) async -> Message {
    guard let marks else { return .markEnded("there is no place for marks") }
    do {
      let now = wallClock()
      let kept = try await marks.add(Mark(at: now, text: text, by: author), now: now)
      let isShared = (try? await marks.isShared()) ?? true
      return .markEnded("marked\(isShared ? "" : " for you alone"): \(kept.text)")
    } catch let error as StatsSourceError {
      return .markEnded("nothing is marked: \(error.cause)")
    } catch {
      return .markEnded("nothing is marked: \(ErrorWords.text(error))")
    }
  }

  /// Reads what the failures of a slot say.
  package func readMessages(of slotID: Slot.ID) async -> Message {
    do {
      let messages = try await service.readFailureMessages(of: slotID, now: wallClock())
      return .messagesRead(slotID, messages.map { .told($0) } ?? .keepsNone)
    } catch {
      return .messagesRead(slotID, .failed)
    }
  }
}
