import FoundationEssentials
import Glibc
import ProcessIO
import SlotStatsTesting
import Testing

@Suite struct ChildProgramTests {
  /// A script of the shell with limits that a loaded machine does not reach.
  private func script(
    _ text: String, input: String = "", timeout: Duration = .seconds(60), maxOutputBytes: Int = 1 << 20
  ) -> ChildProgram {
    var program = ChildProgram(["/bin/sh", "-c", text], timeout: timeout, maxOutputBytes: maxOutputBytes)
    program.input = Array(input.utf8)
    return program
  }

  private func printed(_ program: ChildProgram) -> String { String(decoding: program.run().printed, as: UTF8.self) }

  @Test func itsInputIsWhatItIsGivenAndThenEnds() {
    #expect(printed(script("cat; echo end", input: "some text\n")) == "some text\nend\n")
    #expect(printed(script("cat; echo end")) == "end\n")
  }

  @Test func anInputThatNoPipeHoldsArrivesWhole() {
    let input = String(repeating: "0123456789", count: 50_000)
    #expect(printed(script("wc -c", input: input)) == "500000\n")
  }

  @Test func aProgramThatReadsNothingIsJudgedByItsEnd() {
    #expect(script("exit 3", input: String(repeating: "x", count: 1 << 20)).run().ending == .exited(3))
  }

  @Test func itsErrorsAreSeenOnlyWhereTheyCountAsPrinted() {
    var program = script("echo a >&2; echo b")
    #expect(printed(program) == "b\n")
    program.errors = .printed
    #expect(printed(program) == "a\nb\n")
  }

  @Test func itsEndIsToldAsItWas() {
    #expect(script("exit 0").run().ending == .exited(0))
    #expect(script("kill -9 $$").run().ending == .signalled(9))
    #expect(
      ChildProgram(["/nothing/here"], timeout: .seconds(9), maxOutputBytes: 1).run().ending == .notStarted(ENOENT))
    #expect(ChildProgram([], timeout: .seconds(9), maxOutputBytes: 1).run().ending == .notStarted(EINVAL))
  }

  @Test func whatItLeavesRunningIsNotWaitedFor() {
    let begin = ContinuousClock.now
    let (ending, printed) = script("sleep 60 & echo $!").run()
    #expect(ending == .exited(0) && ContinuousClock.now - begin < .seconds(50))
    // It was left to run, and it is this test's to end.
    let left = Int32(String(decoding: printed, as: UTF8.self).prefix { $0.isNumber }) ?? 0
    #expect(left > 1 && kill(left, SIGKILL) == 0)
  }

  @Test func oneThatTakesTooLongIsEndedWithAllThatItStarted() throws {
    let folder = try TemporaryFolder()
    let begin = ContinuousClock.now
    let text = "sleep 61 & echo $! > \(folder.path)/a; echo $$ > \(folder.path)/b; wait"
    #expect(script(text, timeout: .milliseconds(500)).run().ending == .timedOut)
    #expect(ContinuousClock.now - begin < .seconds(50))
    for name in ["a", "b"] {
      let number = try #require(
        Int32(try String(contentsOfFile: folder.file(name), encoding: .utf8).prefix { $0.isNumber }))
      #expect(isGone(number), "\(name)")
    }
  }

  @Test func oneThatIsAskedToEndMayTidyUp() throws {
    let folder = try TemporaryFolder()
    var program = script(
      "trap 'echo tidy > \(folder.path)/sign; exit' TERM; while :; do sleep 0.01; done", timeout: .milliseconds(500))
    program.grace = .seconds(50)
    #expect(program.run().ending == .timedOut)
    #expect(try String(contentsOfFile: folder.file("sign"), encoding: .utf8) == "tidy\n")
  }

  @Test func oneThatDoesNotListenIsKilled() {
    var program = script("trap '' TERM; while :; do sleep 0.01; done", timeout: .milliseconds(200))
    program.grace = .milliseconds(100)
    let begin = ContinuousClock.now
    #expect(program.run().ending == .timedOut)
    #expect(ContinuousClock.now - begin < .seconds(50))
  }

  @Test func oneThatPrintsWithoutEndIsEnded() {
    let begin = ContinuousClock.now
    let (ending, printed) = script("yes", maxOutputBytes: 1 << 16).run()
    #expect(ending == .printedTooMuch && printed.count <= (1 << 16) + 4096)
    #expect(ContinuousClock.now - begin < .seconds(50))
  }

  /// Whether no process has this number, or one that has ended and that its parent has not looked at yet.
  private func isGone(_ process: Int32) -> Bool {
    for _ in 0..<2_000 {
      guard kill(process, 0) == 0, let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      else { return true }
      if state.split(separator: ")").last?.hasPrefix(" Z") == true { return true }
      usleep(5_000)
    }
    return false
  }
}
