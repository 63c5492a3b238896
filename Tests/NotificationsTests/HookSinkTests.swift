import Foundation
import SlotStatsTesting
import Testing

@testable import Notifications

@Suite struct HookSinkTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func hook(_ script: String, timeout: Duration = .seconds(60), grace: Duration = .seconds(30)) -> HookSink {
    HookSink(command: ["/bin/sh", "-c", script], timeout: timeout, grace: grace)
  }

  private func outcome(_ hook: HookSink) async -> String {
    do throws(SinkFailure) {
      return try await hook.deliver([firing()])
    } catch {
      return error.isPassing ? "passing: \(error.cause)" : error.cause
    }
  }

  @Test func theProgramReadsTheNoticeAsOneLine() async throws {
    #expect(await outcome(hook("cat > \(folder.path)/given")) == "exit 0")
    let given = try String(contentsOfFile: folder.file("given"), encoding: .utf8)
    #expect(given == String(decoding: NoticeDocument.bytes(firing()), as: UTF8.self) + "\n")
  }

  @Test func eachNoticeIsARunOfItsOwn() async throws {
    _ = try await hook("cat >> \(folder.path)/given; echo . >> \(folder.path)/runs").deliver([firing("a"), firing("b")])
    #expect(try String(contentsOfFile: folder.file("runs"), encoding: .utf8) == ".\n.\n")
    #expect(try String(contentsOfFile: folder.file("given"), encoding: .utf8).split(separator: "\n").count == 2)
  }

  @Test func aProgramThatReadsNothingIsFine() async {
    #expect(await outcome(hook("exit 0")) == "exit 0")
  }

  @Test func aFailureIsTheProgramsOwnAndNeverTriedAgain() async {
    #expect(await outcome(hook("cat > /dev/null; echo why >&2; exit 3")) == "exit 3")
    #expect(await outcome(hook("kill -KILL $$")) == "ended by signal 9")
  }

  @Test func aProgramThatCannotBeStartedIsToldInOneLine() async throws {
    try Data("#!/bin/sh\n".utf8).write(to: URL(filePath: folder.file("plain")))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.file("plain"))
    #expect(
      await outcome(HookSink(command: [folder.file("plain")]))
        == "\"\(folder.file("plain"))\" may not be run; run chmod +x")
    #expect(await outcome(HookSink(command: ["/nothing/here"])) == "\"/nothing/here\" does not exist; give a program")
    #expect(await outcome(HookSink(command: [folder.path])) == "\"\(folder.path)\" may not be run; run chmod +x")
    try Data([0, 1, 2]).write(to: URL(filePath: folder.file("binary")))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("binary"))
    #expect(
      await outcome(HookSink(command: [folder.file("binary")]))
        == "\"\(folder.file("binary"))\" is no program; a script begins with #!/bin/sh")
  }

  @Test func aProgramThatHangsIsEnded() async {
    let begin = ContinuousClock.now
    #expect(await outcome(hook("sleep 300", timeout: .milliseconds(200))) == "did not end within 0.2 s")
    let deaf = hook("trap '' TERM; while :; do sleep 0.01; done", timeout: .milliseconds(200), grace: .milliseconds(50))
    #expect(await outcome(deaf) == "did not end within 0.2 s")
    #expect(ContinuousClock.now - begin < .seconds(100))
  }

  @Test func aProgramThatPrintsWithoutEndIsEnded() async {
    #expect(await outcome(hook("yes")) == "printed more than 1 MiB")
    #expect(await outcome(hook("yes >&2")) == "printed more than 1 MiB")
    #expect(await outcome(hook("yes | head -c 900000")) == "exit 0")
  }

  @Test func whatItLeavesRunningHoldsNothingUp() async throws {
    let begin = ContinuousClock.now
    #expect(await outcome(hook("sleep 300 & echo $! > \(folder.path)/left")) == "exit 0")
    #expect(ContinuousClock.now - begin < .seconds(100))
    let left = try String(contentsOfFile: folder.file("left"), encoding: .utf8).trimmingCharacters(in: .newlines)
    #expect(try kill(#require(Int32(left)), SIGKILL) == 0)
  }
}
