import Dashboard
import SlotStats
import TerminalUI

/// Makes handovers for a dashboard and writes them into files.
package struct HandoverWork: Sendable {
  /// Makes the handover that is asked for.
  let make: @Sendable (HandoverQuestion) async throws -> Handover
  /// Writes a text into a new file and gives its name.
  let save: @Sendable (String) throws -> String

  /// What makes and what writes them.
  package init(
    make: @escaping @Sendable (HandoverQuestion) async throws -> Handover,
    save: @escaping @Sendable (String) throws -> String
  ) {
    (self.make, self.save) = (make, save)
  }
}

extension DashboardReader {
  /// A handover; a failure is an outcome too.
  package func handover(of question: HandoverQuestion) async -> HandoverOutcome {
    guard let handovers else { return .failed("nothing makes one here") }
    do {
      return .made(HandoverSheet(try await handovers.make(question)))
    } catch let error as StatsSourceError {
      return .failed(error.line)
    } catch {
      return .failed(ErrorWords.text(error))
    }
  }

  /// Writes a text into a file and says what became of it.
  func save(_ text: String) -> String {
    guard let handovers else { return "nothing can be written here" }
    do {
      return "written into \(try handovers.save(text)) in this folder"
    } catch {
      return ErrorWords.text(error)
    }
  }
}

extension WatchLoop {
  /// Puts a text on the terminal's clipboard.
  func copy(_ text: String, on screen: (any Screen)?) {
    let bytes = attention.copy(text)
    screen?.call(bytes)
    inbox.post(
      .noted(
        bytes.isEmpty
          ? "this terminal is given no clipboard, or the text is too long; w writes a file"
          : "sent to the terminal's clipboard"))
  }
}
