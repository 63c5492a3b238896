import TerminalUI

/// Text for a terminal: harmless, and as wide as it is said to be.
let textTarget = FuzzTarget(
  name: "text",
  words: ["…", "\u{1100}\u{1161}", "\u{1F3FB}", "\u{20E3}", "\u{FE0F}", "क्षि", "ﷺ", "\u{FF21}", "\u{2028}"],
  maxBytes: 2_000,
  seeds: {
    [
      "slot-001", "Слот é e\u{301} 中文 😀👩‍👧 \u{202E}abc\u{1B}[2J\u{9B}1m", "\t\u{A0}\u{3000}\n",
      "\u{301}\u{302}a\u{303}\u{304}\u{305}",
    ]
    .map { Array($0.utf8) }
  }
) { bytes in
  var random = bytes.numbers
  let text = String(decoding: bytes, as: UTF8.self)
  let clean = TerminalText.neutralised(text)
  if let found = clean.unicodeScalars.first(where: { !isHarmless($0) }) {
    throw Broken("U+\(String(found.value, radix: 16)) comes through")
  }
  try expect(clean.utf8.elementsEqual(TerminalText.neutralised(clean).utf8), "it is not harmless the first time")
  let width = TerminalText.width(text)
  try expect(TerminalText.width(clean) == width, "it is \(width) wide, then \(TerminalText.width(clean))")
  for wanted in [0, 1, Int.random(in: 0...40, using: &random), width, width + 1] {
    for trailing in [false, true] {
      let fitted = TerminalText.fitted(text, width: wanted, trailing: trailing)
      try expect(TerminalText.width(fitted) == wanted, "fitted in \(wanted) it is \(TerminalText.width(fitted)) wide")
    }
  }
  var surface = Surface(size: Size(columns: width + 2, rows: 1))
  let drawn = surface.put(text, row: 0, column: 0)
  try expect(drawn == width, "\(drawn) columns are drawn of \(width)")
  try expect(surface[0, width].isBlank, "something is drawn behind its end")
  let cells = surface.rowCells(0).reduce(0) { $0 + Int($1.width) }
  try expect(cells == width + 2, "the cells are \(cells) wide instead of \(width + 2)")
  try expectClipped(
    text, width, column: .random(in: -5...10, using: &random), room: .random(in: 0...12, using: &random))
  let classes = clean.unicodeScalars.prefix(8).map { "\($0.properties.generalCategory)" }
  return "\(width == clean.unicodeScalars.count) " + Set(classes).sorted().joined()
}

/// Holds that a text stays within the room that it has.
private func expectClipped(_ text: String, _ width: Int, column: Int, room: Int) throws(Broken) {
  var surface = Surface(size: Size(columns: 12, rows: 1))
  surface.put("中中中中中中", row: 0, column: 0)
  surface.put(text, row: 0, column: column, width: room)
  let cells = surface.rowCells(0).map { Int($0.width) }
  try expect(cells.reduce(0, +) == 12, "the cells are \(cells) wide after it is clipped at \(column), \(room)")
  for (index, width) in cells.enumerated() where width == 2 {
    try expect(index + 1 < cells.count && cells[index + 1] == 0, "half of a wide character is left")
  }
}
