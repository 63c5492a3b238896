import FoundationEssentials
import SlotStats
import TerminalUI

/// A handover as one HTML file: no scripts, nothing from elsewhere, light or dark as its reader has it. The course of each
/// incident is drawn in it.
struct HandoverPage {
  private let handover: Handover
  private let words: HandoverWords

  init(_ handover: Handover) {
    self.handover = handover
    words = HandoverWords(handover)
  }

  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(escaped("Handover: " + words.title))</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <h1>Handover</h1>
    <p>\(escaped(words.title))<br>\(escaped(words.spanWords))</p>
    \(handover.incidents.map(section).joined())<table>
    \(words.rest.map(row).joined())</table>
    </body>
    </html>

    """
  }

  private func row(_ entry: HandoverWords.Entry) -> String {
    "<tr><th>\(escaped(entry.label))</th><td>\(escaped(entry.text))</td></tr>\n"
  }

  private func section(_ incident: Incident) -> String {
    let lines = [words.figures(incident), words.rule(incident)].map { "<p>\(escaped($0))</p>\n" }
    return "<section>\n<h2>\(escaped(words.span(incident) + "  " + words.head(incident)))</h2>\n"
      + chart(incident) + lines.joined() + "</section>\n"
  }

  // MARK: Charts

  private static let (width, height) = (720, 72)

  /// The failure ratio of the incident's slots, piece by piece, from 0 at the bottom to 100 % at the top.
  private func chart(_ incident: Incident) -> String {
    let course = incident.course
    guard let first = course.first, let last = course.last else { return "" }
    let seconds = max(last.start.timeIntervalSince(first.start) + last.seconds, 1)
    func column(_ instant: Date) -> Double {
      min(max(instant.timeIntervalSince(first.start) / seconds, 0), 1) * Double(Self.width)
    }
    let (from, to) = (column(incident.from), column(incident.to ?? handover.instant))
    var svg = "<svg viewBox=\"0 0 \(Self.width) \(Self.height)\" role=\"img\" preserveAspectRatio=\"none\">\n"
    svg += "<title>\(escaped("Failed jobs, \(words.span(incident))"))</title>\n"
    svg += rectangle(from, 0, max(to - from, 1), Double(Self.height), "while")
    for point in course {
      guard let ratio = point.counters.failureRatio, ratio > 0 else { continue }
      let height = ratio * Double(Self.height)
      let width = max(point.seconds / seconds * Double(Self.width) - 1, 1)
      svg += rectangle(column(point.start), Double(Self.height) - height, width, height, "bar")
    }
    svg += "</svg>\n"
    let scale =
      "\(words.time(first.start)) to \(words.time(last.start.addingTimeInterval(last.seconds))) UTC, full height 100%"
    return svg + "<p class=\"scale\">\(escaped(scale))</p>\n"
  }

  private func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ kind: String) -> String {
    let numbers = [x, y, width, height].map { NumberText.decimal(Int(($0 * 10).rounded()), places: 1) }
    return "<rect class=\"\(kind)\" x=\"\(numbers[0])\" y=\"\(numbers[1])\" width=\"\(numbers[2])\""
      + " height=\"\(numbers[3])\"/>\n"
  }

  private func escaped(_ text: String) -> String { MarkupText.escaped(TerminalText.neutralised(text)) }

  private static let style = """
    :root{color-scheme:light dark;--ink:#1c1c1c;--ground:#fff;--faint:#6a6a6a;--line:#ddd;--bar:#b3261e;--while:#f3dede}
    @media (prefers-color-scheme:dark){:root{--ink:#e6e6e6;--ground:#161616;--faint:#9a9a9a;--line:#333;--bar:#ff6b5e;--while:#3a2222}}
    body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:60rem;margin:2rem auto;padding:0 1rem}
    h1{font-size:1.3rem}h2{font-size:1rem;margin:1.6rem 0 .4rem;white-space:pre-wrap}p{margin:.2rem 0}
    svg{width:100%;height:72px;border-bottom:1px solid var(--line)}.while{fill:var(--while)}.bar{fill:var(--bar)}
    .scale{color:var(--faint);font-size:.8rem}table{border-collapse:collapse;margin-top:1.6rem}
    th{text-align:left;vertical-align:top;font-weight:600;padding:.15rem 1rem .15rem 0;white-space:nowrap}td{padding:.15rem 0}
    """
}
