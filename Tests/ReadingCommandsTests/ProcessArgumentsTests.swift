import ProcessIO
import Testing

@Suite struct ProcessArgumentsTests {
  private static func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

  private func chosen(runtime: [String], system: [String]) throws -> [String] {
    try ProcessArguments(runtime: Self.bytes(runtime), system: Self.bytes(system)).texts
  }

  @Test func areTheRuntimesWhereTheSystemSaysTheSame() throws {
    let arguments = ["slotwatch", "check", ""]
    #expect(try chosen(runtime: arguments, system: arguments) == ["check", ""])
  }

  @Test func areTheSystemsWhereTheRuntimeLostThem() throws {
    #expect(try chosen(runtime: [], system: ["slotwatch", "--version"]) == ["--version"])
    #expect(try chosen(runtime: ["slotwatch"], system: ["slotwatch", "--version"]) == ["--version"])
  }

  @Test func areTheRuntimesWhereTheSystemDoesNotTell() throws {
    #expect(try chosen(runtime: ["slotwatch", "report"], system: []) == ["report"])
  }

  @Test func leaveOutALoaderThatStandsBeforeThem() throws {
    let own = ["./slotwatch", "report"]
    #expect(try chosen(runtime: own, system: ["/lib64/ld-linux-x86-64.so.2"] + own) == ["report"])
  }

  @Test func areNeverTakenForNone() {
    #expect(throws: ProcessArguments.Lost()) { try chosen(runtime: [], system: []) }
  }

  @Test func ofThisProcessAreKnown() throws {
    let arguments = try ProcessArguments()
    #expect(arguments.texts == Array(CommandLine.arguments.dropFirst()))
  }

  @Test func keepBytesThatAreNoText() throws {
    let arguments = try ProcessArguments(runtime: [[0x61], [0xFF, 0x2E]], system: [[0x61], [0xFF, 0x2E]])
    #expect(arguments.bytes[1] == [0xFF, 0x2E])
    #expect(arguments.texts == ["\u{FFFD}."])
  }
}
