import Dispatch
import Glibc
import ProcessIO

/// A program that prints a token. It reads nothing, and what it says on standard error nobody sees: it may be a secret.
struct TokenCommand: Sendable {
  private static let maxBytes = 64 << 10

  /// The program, looked for in `PATH`, and its arguments.
  var arguments: [String]
  /// How long it may take.
  var timeout: Duration = .seconds(10)

  /// What it prints, without blanks and line ends around it.
  /// - Throws: `HTTPFailure` of kind `refused`.
  func token() async throws(HTTPFailure) -> Secret {
    let program = ChildProgram(arguments, timeout: timeout, maxOutputBytes: Self.maxBytes)
    let (ending, printed) = await withCheckedContinuation { continuation in
      // It waits for the program, which no thread that others need may do.
      DispatchQueue.global().async { continuation.resume(returning: program.run()) }
    }
    if let problem = problem(ending) { throw Self.failure(problem) }
    guard let text = String(validating: printed, as: UTF8.self) else { throw Self.failure("prints no UTF-8") }
    let lines = text.split(whereSeparator: \.isNewline)
    guard lines.count <= 1 else { throw Self.failure("prints more than one line") }
    let token = (lines.first ?? "").trimmingPrefix(while: \.isWhitespace)
    let end = token.lastIndex { !$0.isWhitespace }
    guard let end else { throw Self.failure("prints nothing") }
    return Secret(String(token[...end]))
  }

  private static func failure(_ problem: String) -> HTTPFailure {
    HTTPFailure(.refused, "token command \(problem)")
  }

  /// What was wrong with its end; `nil` where nothing was.
  private func problem(_ ending: ChildProgram.Ending) -> String? {
    switch ending {
    case .exited(0): nil
    case .exited(let status): "failed (exit \(status))"
    case .signalled(let number): "failed (signal \(number))"
    case .timedOut: "did not end within \(timeout.words)"
    case .printedTooMuch: "prints more than 64 KiB"
    case .notStarted(let error): "cannot be started (\(String(cString: strerror(error))))"
    }
  }
}
