/// What a command line gave for a command that reads a source: texts by the options' names, nothing judged yet.
package struct GivenOptions: Equatable, Sendable {
  /// The argument that is no option: a file, the same as the source.
  package var file: String?
  /// The texts of options that take a value.
  package var values: [String: String] = [:]
  /// The texts of options that may be given more than once, in order.
  package var lists: [String: [String]] = [:]
  /// The switches that are on.
  package var switches: Set<String> = []

  /// Options; by default none.
  package init(
    file: String? = nil, values: [String: String] = [:], lists: [String: [String]] = [:], switches: Set<String> = []
  ) {
    self.file = file
    self.values = values
    self.lists = lists
    self.switches = switches
  }
}
