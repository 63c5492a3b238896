import Foundation
import Testing

@testable import SlotStats

@Suite struct TextErrorWordsTests {
  private struct Odd: Error { var detail = 1 }
  private struct Told: Error, CustomStringConvertible { var description: String }

  @Test func anErrorIsToldInWordsOrNotAtAll() {
    #expect(ErrorWords.text(CancellationError()) == "given up")
    #expect(ErrorWords.text(Told(description: "the disk is full")) == "the disk is full")
    for error in [Odd(), Told(description: ""), Told(description: "Told.busy"), CocoaError(.fileNoSuchFile)]
      as [any Error]
    {
      #expect(ErrorWords.text(error) == "something went wrong that has no name here")
    }
  }
}
