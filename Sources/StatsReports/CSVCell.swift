import TerminalUI

/// Cells of CSV, after RFC 4180.
package enum CSVCell {
  /// A text as one cell: neutralised, harmless to a spreadsheet, quoted where it must be.
  ///
  /// A spreadsheet takes cells that begin with `= + - @`, or with a tab or line end before those, for formulas; such a
  /// cell gets a leading `'`. The beginning is looked at before and after neutralising, which turns tabs into blanks.
  package static func text(_ text: String) -> String {
    var cell = TerminalText.neutralised(text)
    if startsFormula(text) || startsFormula(cell) { cell = "'" + cell }
    guard cell.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return cell }
    var quoted = "\""
    for scalar in cell.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append("\"") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  private static func startsFormula(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    return "=+-@\t\r\n".unicodeScalars.contains(first)
  }
}
