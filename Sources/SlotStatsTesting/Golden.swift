import FoundationEssentials

/// Expected texts that are kept in files beside the tests.
///
/// A golden stands at `Goldens/NAME.txt` beside the test's file. With `RECORD_GOLDEN=1` in the environment it is
/// written instead of compared, and the check fails all the same, so that a recording run never passes.
package enum Golden {
  /// Compares lines with the golden `name`.
  /// - Parameters:
  ///   - lines: what the test got. Trailing blanks count.
  ///   - name: the golden's file name without `.txt`.
  ///   - file: the test's file, `#filePath`.
  /// - Returns: what is wrong, in lines for a person; `nil` where all is well. A test expects
  ///   `#expect(Golden.check(lines, named: "overview") == nil)`.
  package static func check(_ lines: [String], named name: String, in file: String = #filePath) -> String? {
    let folder =
      file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/Goldens"
    let path = "\(folder)/\(name).txt"
    let text = lines.map { $0 + "\n" }.joined()
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" { return record(text, at: path, in: folder) }
    guard let data = FileManager.default.contents(atPath: path) else {
      return "There is no golden \"\(path)\"; run with RECORD_GOLDEN=1 to write it."
    }
    var expected = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    if expected.last?.isEmpty == true { expected.removeLast() }
    return difference(from: expected.map(String.init), to: lines).map { "\(name) is not as in \"\(path)\":\n\($0)" }
  }

  /// The lines that differ, place by place, `-` expected and `+` got; `nil` for equal lines.
  package static func difference(from expected: [String], to lines: [String]) -> String? {
    var report: [String] = []
    for index in 0..<max(expected.count, lines.count) {
      let old = index < expected.count ? expected[index] : nil
      let new = index < lines.count ? lines[index] : nil
      guard old != new else { continue }
      report.append("line \(index + 1)")
      if let old { report.append("- \(old)¶") }
      if let new { report.append("+ \(new)¶") }
    }
    return report.isEmpty ? nil : report.joined(separator: "\n")
  }

  private static func record(_ text: String, at path: String, in folder: String) -> String {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      return "Recorded \"\(path)\"; run again without RECORD_GOLDEN."
    } catch {
      return "Cannot record \"\(path)\": \(error)"
    }
  }
}
