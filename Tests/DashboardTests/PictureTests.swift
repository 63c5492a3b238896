import Foundation
import TerminalUI
import Testing

@testable import Dashboard

/// The target pictures, cell by cell.
@Suite struct PictureTests {
  @Test(arguments: [
    (name: "overview-80x24", columns: 80, rows: 24, keys: ""),
    (name: "overview-120x40", columns: 120, rows: 40, keys: ""),
    (name: "overview-200x60", columns: 200, rows: 60, keys: ""),
    (name: "slot-120x40", columns: 120, rows: 40, keys: "Enter"),
    (name: "help-80x24", columns: 80, rows: 24, keys: "?"),
  ])
  func showsThePicture(_ picture: (name: String, columns: Int, rows: Int, keys: String)) throws {
    let state = try Fixture.dashboard(
      Fixture.panel(), columns: picture.columns, rows: picture.rows, keys: picture.keys)
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Goldens/\(picture.name).txt")
    let expected = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in state.view().lines.enumerated() {
      #expect(line == String(expected[index]), "row \(index) of \(picture.name)")
    }
  }
}
