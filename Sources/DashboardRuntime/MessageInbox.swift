import Dashboard
import Synchronization

/// What reads have ended with and the state has not seen.
final class MessageInbox: Sendable {
  private struct Content {
    var messages: [Message] = []
    var wake: (@Sendable () -> Void)?
  }

  private let content = Mutex(Content())

  /// Takes a message from any thread and wakes the loop.
  func post(_ message: Message) { post([message]) }

  /// Takes messages that are seen together.
  func post(_ messages: [Message]) {
    let wake: (@Sendable () -> Void)? = content.withLock { content in
      // A change that is told again before it was seen is the same one.
      if messages == [.sourceChanged], content.messages.last == .sourceChanged { return nil }
      content.messages += messages
      return messages.isEmpty ? nil : content.wake
    }
    wake?()
  }

  /// From now on each message calls `wake`.
  func wakes(_ wake: @escaping @Sendable () -> Void) { content.withLock { $0.wake = wake } }

  /// What came since the last call, in order.
  func take() -> [Message] {
    content.withLock { content in
      defer { content.messages = [] }
      return content.messages
    }
  }
}
