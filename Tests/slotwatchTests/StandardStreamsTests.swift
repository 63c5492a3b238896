import Foundation
import ProcessIO
import Testing

@testable import slotwatch_serve

@Suite struct StandardStreamsTests {
  init() {
    // A broken pipe is an error here, as it is in the program.
    signal(SIGPIPE, SIG_IGN)
  }

  @Test func saysThatADeviceIsFull() throws {
    let device = open("/dev/full", O_WRONLY)
    try #require(device >= 0)
    defer { close(device) }
    #expect(throws: OutputFailure.system("No space left on device")) {
      try StandardStreams.write([1, 2, 3], to: device)
    }
  }

  @Test func tellsAClosedReaderFromAFailure() {
    let pipe = Pipe()
    try? pipe.fileHandleForReading.close()
    #expect(throws: OutputFailure.closed) {
      try StandardStreams.write([1], to: pipe.fileHandleForWriting.fileDescriptor)
    }
  }

  @Test func writesMoreThanAPipeHolds() async throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    let descriptor = ends[1]
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    async let written: Bool = onOwnThread {
      let result = Result { () throws(OutputFailure) in try StandardStreams.write(bytes, to: descriptor) }
      close(descriptor)
      return (try? result.get()) != nil
    }
    let read = await onOwnThread { (try? reader.readToEnd()) ?? Data() }
    #expect(await written)
    #expect(Array(read) == bytes)
  }
}

@Suite struct BlockingTaskTests {
  @Test func handsBackWhatTheWorkGave() async throws {
    let value = await onOwnThread { BlockingTask.result(within: 300) { 42 } }
    #expect(try value?.get() == 42)
  }

  @Test func handsBackWhatTheWorkThrew() async {
    let value = await onOwnThread {
      BlockingTask.result(within: 300) { () async throws -> Int in throw OutputFailure.closed }
    }
    #expect(throws: OutputFailure.closed) { try value?.get() }
  }

  @Test func givesUpAtTheLimit() async {
    // A stream without values ends only by cancellation.
    let value = await onOwnThread {
      BlockingTask.result(within: 0) {
        let (stream, continuation) = AsyncStream<Int>.makeStream()
        for await _ in stream {}
        continuation.finish()
      }
    }
    #expect(value == nil)
  }
}
