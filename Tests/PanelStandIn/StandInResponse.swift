import Foundation
import SlotStats
import StatsFormats

/// An answer before it is sent.
struct StandInResponse: Sendable {
  var status = 200
  var body: [UInt8] = []
  var contentType = "application/json"
  var retryAfter: Int?
  var etag: String?
  /// How long ago it was made, in seconds; `nil` where it is fresh.
  var age: Int?

  /// An answer with what `write` writes.
  static func json(_ write: (inout JSONWriter) -> Void) -> StandInResponse {
    var writer = JSONWriter()
    writer.object(write)
    return StandInResponse(body: writer.bytes)
  }

  /// An error as panels tell it.
  static func error(_ status: Int, _ message: String, retryAfter: Int? = nil) -> StandInResponse {
    let codes = [
      400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 429: "rate_limited",
      503: "unavailable",
    ]
    var answer = json { writer in
      writer.key("error")
      writer.object { writer in
        writer.member("code", codes[status] ?? "error")
        writer.member("message", message)
      }
    }
    (answer.status, answer.retryAfter) = (status, retryAfter)
    return answer
  }

  /// The answer with another body.
  func spoilt(_ body: StandInFault.Body) -> StandInResponse {
    var answer = self
    answer.etag = nil
    switch body {
    case .html:
      answer.body = Array("<!doctype html><title>Panel</title><p>Please log in.</p>".utf8)
      answer.contentType = "text/html"
    case .invalid: answer.body = Array(self.body.dropLast()) + Array(",}".utf8)
    case .types:
      let text = String(decoding: self.body, as: UTF8.self)
      answer.body = Array(text.replacing("\"success\":", with: "\"success\":\"many\",\"was\":").utf8)
    case .truncated: answer.body = Array(self.body.prefix(self.body.count / 2))
    case .empty: answer.body = []
    }
    return answer
  }
}

/// What a request asks for, as far as statistics go.
struct StandInQuery {
  private var values: [String: String] = [:]

  init(_ query: String) {
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      values[String(parts[0])] = parts.count > 1 ? String(parts[1]).removingPercentEncoding : ""
    }
  }

  /// The value of a name.
  subscript(_ name: String) -> String? { values[name] }

  /// A whole number in a range; `nil` where it is none.
  func number(_ name: String, default missing: Int, in range: ClosedRange<Int>) -> Int? {
    guard let text = values[name] else { return missing }
    return Int(text).flatMap { range.contains($0) ? $0 : nil }
  }

  /// The instants from which and to which is asked; the last 30 days where nothing is said.
  func range(at now: Date) -> Range<Date>? {
    let to = values["to"].map { RFC3339.parse($0)?.date } ?? now
    let from = values["from"].map { RFC3339.parse($0)?.date } ?? to?.addingTimeInterval(-30 * 86_400)
    guard let from, let to, from < to else { return nil }
    return from..<to
  }
}

/// Writes instants as HTTP does.
enum StandInDate {
  /// `Tue, 24 Nov 2026 13:48:59 GMT`.
  static func format(_ instant: Date) -> String {
    let seconds = Int(instant.timeIntervalSince1970.rounded(.down))
    let days = (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400
    let (year, month, day) = CivilCalendar.civil(days: days)
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let time = RFC3339.format(Date(timeIntervalSince1970: Double(seconds))).dropFirst(11).prefix(8)
    let padded = day < 10 ? "0\(day)" : "\(day)"
    return "\(weekdays[(days % 7 + 7) % 7]), \(padded) \(names[month - 1]) \(year) \(time) GMT"
  }
}
