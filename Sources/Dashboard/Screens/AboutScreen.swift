import SlotStats
import TerminalUI

/// What is known of the slot under the cursor, in full: who works for it, where help is written, what its failures say.
struct AboutScreen: OverlayScreen {
  let state: DashboardState

  /// One line of it: what it is, what it says, and where it leads.
  private struct Entry {
    let label: String
    let text: String
    var url: String?
  }

  private static let textColumn = 12
  /// The columns kept for the trust word.
  private static let trustWidth = 14
  /// Where what can be scrolled begins.
  private static let bodyRow = 2

  func draw(on surface: inout Surface) {
    let slot = state.cursorSlot
    let title = slot?.title ?? state.cursor ?? ""
    surface.put("‹", row: 0, column: 1, style: .quiet)
    let limit = scrollLimit
    let closing = "Esc or o closes" + (limit > 0 ? ", j k scroll" : "")
    let start = surface.size.columns - 2 - closing.utf8.count
    // The title leaves room for the trust word.
    let room = max(1, start - 5 - Self.trustWidth)
    let column =
      6
      + surface.put(
        TerminalText.fitted(title, width: min(room, TerminalText.width(title))), row: 0, column: 3, style: .strong)
    let end = column + surface.putTrust(of: state, row: 0, column: column)
    if start > end { surface.put(closing, row: 0, column: start, style: .quiet) }
    let body = body
    let rows = max(0, surface.size.rows - Self.bodyRow - 1)
    surface.put(body, rows: state.scroll..<state.scroll + rows, row: Self.bodyRow)
    if let notice = state.notice {
      let text = TerminalText.fitted(notice.text, width: max(0, surface.size.columns - 2))
      surface.put(text, row: surface.size.rows - 1, column: 1, style: .strong)
    }
  }

  var scrollLimit: Int { max(0, body.size.rows - max(0, state.size.rows - Self.bodyRow - 1)) }

  /// All of it, as tall as it is.
  private var body: Surface {
    let width = max(1, state.size.columns - Self.textColumn - 1)
    let lines = entries.map { ($0, TerminalText.wrapped(TerminalText.neutralised($0.text), width: width)) }
    let height = lines.reduce(0) { $0 + $1.1.count }
    var body = Surface(size: Size(columns: state.size.columns, rows: height))
    var row = 0
    for (entry, parts) in lines {
      body.put(entry.label, row: row, column: 1, style: .quiet)
      for part in parts {
        let used = body.put(part, row: row, column: Self.textColumn)
        if let url = entry.url { body.link(url, row: row, columns: Self.textColumn..<Self.textColumn + used) }
        row += 1
      }
    }
    return body
  }

  private var entries: [Entry] {
    guard let slot = state.cursorSlot?.slot else {
      return [Entry(label: "", text: "it is not in the newest reading any more")]
    }
    var entries = [Entry(label: "id", text: slot.id)]
    if SlotTitle.hasName(slot) { entries.append(Entry(label: "name", text: slot.name)) }
    if let provider = slot.providerID { entries.append(Entry(label: "provider", text: provider)) }
    let known = [("runbook", slot.runbook), ("link", slot.link)].compactMap { label, text in
      text.map { Entry(label: label, text: $0, url: $0) }
    }
    let rules = state.options.runbookRules.compactMap { rule -> Entry? in
      guard let runbook = rule.runbook, case .slots(let slots) = rule.scope, slots.contains(slot.id) else { return nil }
      return Entry(label: "rule", text: "\(rule.name): \(runbook)", url: runbook)
    }
    entries += known + rules
    if known.isEmpty, rules.isEmpty { entries += advice(slot) }
    if let messages = state.messages(of: slot.id) {
      entries.append(Entry(label: "", text: ""))
      for (index, pattern) in messages.patterns.enumerated() {
        let text = "\(NumberText.count(pattern.count)) × \(pattern.text)"
        entries.append(Entry(label: index == 0 ? "fail. say" : "", text: text))
      }
    }
    return entries
  }

  /// Where nobody has written anything: how to.
  private func advice(_ slot: Slot) -> [Entry] {
    [
      Entry(label: "", text: ""),
      Entry(label: "runbook", text: "nothing is known: no runbook, no link"),
      Entry(label: "to add", text: "slotwatch slot set \(slot.id) --runbook URL --link URL"),
      Entry(label: "", text: "keeps them in an event store or a server for everybody;"),
      Entry(label: "", text: "below [slots.\"\(slot.id)\"] in the configuration file they are yours"),
    ]
  }
}
