/// Times as they are written in configurations: `90s`, `5m`, `1h30m`, `2d`.
package enum DurationText {
  private static let units: [(name: Unicode.Scalar, seconds: Int)] = [
    ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
  ]

  /// What to write for a time, to be read after "give".
  package static let expected = "a time with its unit such as \"5m\", \"90s\", \"2h\" or \"1h30m\""

  /// The seconds that a text means: whole numbers with their units, larger units first, each once; also a plain `0`.
  /// - Returns: `nil` for anything else, numbers without a unit among it, and for what is too large to count.
  package static func seconds(_ text: String) -> Int? {
    if text == "0" { return 0 }
    var rest = text.unicodeScalars[...]
    var (total, nextUnit) = (0, 0)
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest[digits.endIndex...]
      guard let count = Int(String(digits)), let name = rest.popFirst(),
        let unit = units[nextUnit...].firstIndex(where: { $0.name == name })
      else { return nil }
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: units[unit].seconds)
      let (sum, isSumTooLarge) = total.addingReportingOverflow(product)
      if isTooLarge || isSumTooLarge { return nil }
      (total, nextUnit) = (sum, unit + 1)
    }
    return nextUnit > 0 ? total : nil
  }

  /// The text of a time in seconds, 0 or more: `1h30m`; `0s` for none.
  package static func text(seconds: Int) -> String {
    var rest = max(0, seconds)
    var text = ""
    for unit in units where rest >= unit.seconds {
      text += "\(rest / unit.seconds)\(unit.name)"
      rest %= unit.seconds
    }
    return text.isEmpty ? "0s" : text
  }
}
