import Foundation
import SlotStatsTesting
import Testing

@testable import HTTPTransport

@Suite struct SecretFileTests {
  private func failure(_ path: String, isLogin: Bool = false) -> SecretFile.Failure? {
    do throws(SecretFile.Failure) {
      if isLogin { _ = try SecretFile.login(path) } else { _ = try SecretFile.token(path) }
      return nil
    } catch {
      return error
    }
  }

  @Test func readsATokenAndALogin() throws {
    let folder = try TemporaryFolder()
    for text in ["canary", "canary\n", "canary\r\n", "canary\n\n"] {
      #expect(try SecretFile.token(try folder.file("token", Array(text.utf8), mode: 0o400)) == Secret("canary"))
    }
    for text in ["ann\nca n:ary", "ann\r\nca n:ary\r\n"] {
      let login = try SecretFile.login(try folder.file("login", Array(text.utf8)))
      #expect(login.user == "ann")
      #expect(login.password == Secret("ca n:ary"))
    }
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666])
  func refusesWhatOthersMayRead(_ mode: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("token", Array("canary".utf8), mode: mode)
    let line = "Secret file \"\(path)\" may be read by others (mode \(String(mode, radix: 8))); run chmod 600"
    #expect(failure(path) == SecretFile.Failure(kind: .permission, line: line))
    // Through a link too: the file counts, not its name.
    let link = "\(folder.path)/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    #expect(failure(link)?.kind == .permission)
  }

  @Test func refusesWhatIsNoSecret() throws {
    let folder = try TemporaryFolder()
    func content(_ bytes: [UInt8], isLogin: Bool = false) throws -> String? {
      let failure = failure(try folder.file("x", bytes), isLogin: isLogin)
      #expect(failure?.kind == .content)
      #expect(failure?.line.contains("canary") == false)
      return failure?.line.replacing("Secret file \"\(folder.path)/x\" ", with: "")
    }
    #expect(try content([]) == "is empty")
    #expect(try content(Array("\n\n".utf8)) == "is empty")
    #expect(try content(Array("canary\nb".utf8)) == "holds more than one line; the token alone is expected")
    #expect(try content(Array("\ncanary".utf8)) == "has an empty line")
    #expect(try content(Array("can\u{1B}ary".utf8)) == "holds control characters")
    #expect(try content([0xFF]) == "is not UTF-8")
    #expect(try content([UInt8](repeating: 0x78, count: (64 << 10) + 1)) == "is too large")
    let one = "does not hold two lines; the user and the password are expected"
    #expect(try content(Array("canary\n".utf8), isLogin: true) == one)
    #expect(try content(Array("a\nb\ncanary\n".utf8), isLogin: true) == one)
  }

  @Test func namesWhatIsNoFile() throws {
    let folder = try TemporaryFolder()
    #expect(failure("/nothing")?.line == "Secret file \"/nothing\" does not exist")
    #expect(failure("/nothing")?.kind == .missing)
    #expect(failure(folder.path)?.line == "Secret file \"\(folder.path)\" is no regular file")
    #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
    #expect(failure("\(folder.path)/pipe")?.kind == .missing)
  }
}

@Suite struct BackoffTests {
  @Test func doublesFromTheIntervalToAMinute() {
    var backoff = Backoff()
    let waits = (0..<6).map { _ in backoff.fail(interval: .seconds(5), random: 0.5) }
    #expect(waits == [5, 10, 20, 40, 60, 60].map { .seconds($0) })
    backoff.succeed()
    #expect(backoff.fail(interval: .seconds(5), random: 0.5) == .seconds(5))
  }

  @Test func spreadsByAFifthAndKeepsTheInterval() {
    var low = Backoff()
    var high = Backoff()
    #expect(low.fail(interval: .seconds(5), random: 0) == .seconds(5))
    #expect(high.fail(interval: .seconds(5), random: 1) == .seconds(6))
    #expect(low.fail(interval: .seconds(5), random: 0) == .seconds(8))
    #expect(high.fail(interval: .seconds(5), random: 1) == .seconds(12))
    var slow = Backoff()
    for _ in 0..<40 { #expect(slow.fail(interval: .seconds(300), random: 0) == .seconds(300)) }
  }

  @Test func theServersWordCounts() {
    var backoff = Backoff()
    #expect(backoff.fail(interval: .seconds(5), retryAfter: .seconds(600), random: 0.5) == .seconds(600))
    #expect(backoff.fail(interval: .seconds(5), retryAfter: .seconds(1), random: 0.5) == .seconds(10))
  }
}
