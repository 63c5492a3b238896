import Synchronization

/// A value that a test changes while a server reads it.
package final class Box<Value: Sendable>: Sendable {
  private let state: Mutex<Value>

  /// A box with this value in it.
  package init(_ value: Value) { state = Mutex(value) }

  /// What is in it now.
  package var value: Value { state.withLock { $0 } }

  /// Puts another value in.
  package func set(_ value: Value) { state.withLock { $0 = value } }
}
