import SlotStats
import TerminalUI

/// The handover as a page to read, to copy and to write into a file.
struct HandoverScreen: OverlayScreen {
  let state: DashboardState

  func draw(on surface: inout Surface) { page.draw(on: &surface) }

  var scrollLimit: Int { page.scrollLimit }

  /// The most columns of a line: longer ones are hard to read.
  private static let maxWidth = 110

  private var page: OverlayPage {
    OverlayPage(
      title: "handover", hints: ["c copy", "w write file", "nothing is sent"], lines: lines, state: state,
      isOfHeld: false)
  }

  private var lines: [[OverlayPage.Piece]] {
    switch state.handover.outcome {
    case nil: [[], [.init(column: 1, text: "reading what the source keeps …", style: .quiet)]]
    case .failed(let cause):
      [[], [.init(column: 1, text: TerminalText.neutralised("It cannot be made: \(cause)"), style: .strong)]]
    case .made(let sheet): lines(of: sheet)
    }
  }

  private func lines(of sheet: HandoverSheet) -> [[OverlayPage.Piece]] {
    let width = max(1, min(Self.maxWidth, state.size.columns - 2))
    var lines: [[OverlayPage.Piece]] = []
    for (text, style) in [(sheet.title, Style.plain), (sheet.span, .quiet)] {
      for line in TerminalText.wrapped(TerminalText.neutralised(text), width: width) {
        lines.append([.init(column: 1, text: line, style: style)])
      }
    }
    return lines + [[]]
      + sheet.lines(width: width).map { line in
        [
          .init(column: 1, text: line.label, style: .strong), .init(column: 1 + line.indent, text: line.text),
        ]
      }
  }
}
