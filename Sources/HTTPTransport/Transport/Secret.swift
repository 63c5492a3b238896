/// A text that nobody may see: it is given to a server and shows itself to nobody else.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text itself, for the one place that sends it.
  package let unredacted: String

  /// A secret.
  package init(_ text: String) { unredacted = text }

  /// Dots, whatever it is.
  package var description: String { "•••" }
  /// Dots, whatever it is.
  package var debugDescription: String { description }
  /// Nothing to look into.
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
