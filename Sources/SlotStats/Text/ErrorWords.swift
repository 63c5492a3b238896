/// An error in words, for where none of its kind was expected: adapters translate those that they know.
package enum ErrorWords {
  /// What an error says of itself, unless that is what only programmers know, such as a type's name.
  package static func text(_ error: any Error) -> String {
    if error is CancellationError { return "given up" }
    guard let words = (error as? any CustomStringConvertible)?.description, !words.isEmpty,
      !words.contains("\(type(of: error))"), !words.contains("Error Domain=")
    else { return "something went wrong that has no name here" }
    return words
  }
}
