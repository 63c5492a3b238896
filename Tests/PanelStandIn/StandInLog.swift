/// What was asked of the stand-in, in the order of coming.
package struct StandInLog: Codable, Sendable {
  /// One request.
  package struct Entry: Codable, Hashable, Sendable {
    /// Its method.
    package var method: String
    /// Its path, as sent.
    package var path: String
    /// Its query; empty where there was none.
    package var query: String
    /// What was answered; `nil` while it is under way.
    package var status: Int?

    /// The value of a name in the query.
    package func value(_ name: String) -> String? {
      query.split(separator: "&").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
  }

  /// The requests, but those of the control.
  package var entries: [Entry] = []
  /// The most that were under way at once.
  package var mostAtOnce = 0
  /// How many are under way.
  package var underWay = 0

  /// How many were answered with 304.
  package var unchanged: Int { entries.count { $0.status == 304 } }

  mutating func begin(_ method: String, _ path: String, _ query: String) -> Int {
    entries.append(Entry(method: method, path: path, query: query))
    underWay += 1
    mostAtOnce = max(mostAtOnce, underWay)
    return entries.count - 1
  }

  mutating func end(_ index: Int, status: Int) {
    underWay -= 1
    if index < entries.count { entries[index].status = status }
  }
}
