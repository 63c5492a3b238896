import SlotStats
import TerminalUI

extension DashboardState {
  /// The frame for this state: pure, no clock, no input or output.
  package func view() -> Surface {
    var surface = Surface(size: size)
    if let overlay {
      overlay.screen(of: seen).draw(on: &surface)
      return surface
    }
    switch screen {
    case .overview: OverviewScreen(seen).draw(on: &surface)
    case .slot: SlotScreen(state: seen).draw(on: &surface)
    }
    // Figures that may not be current wear no colour; marks and contrast stay.
    if trust.word != .live || isPaused || isPast { surface.dropHues(rows: 0..<size.rows, columns: 0..<size.columns) }
    HeaderLine(state: self).draw(on: &surface)
    if let form { AcknowledgementFormView(state: self, form: form).draw(on: &surface) }
    return surface
  }
}

extension Surface {
  /// Takes the colours of critical and warning away and leaves their weight.
  mutating func dropHues(rows: Range<Int>, columns: Range<Int>) {
    for row in rows {
      restyle(row: row, columns: columns) { style in
        if style.tone == .critical || style.tone == .warning { style.tone = .text }
      }
    }
  }
}
