import Testing

@testable import TerminalUI

@Suite struct TerminalQuestionsTests {
  private func questions(_ type: String = "xterm-256color", background: Bool = true, unicode: Bool = true)
    -> TerminalQuestions
  {
    TerminalQuestions(type: type, needsBackground: background, drawsUnicode: unicode, at: .seconds(1))
  }

  private var white: TerminalInput {
    get throws { .background(try #require(RGBColour(x11: "#ffffff"))) }
  }

  @Test func asksForTheBackgroundWhereSomebodyAnswers() {
    for type in ["xterm-256color", "tmux-256color", "screen", "xterm-kitty", "foot"] {
      #expect(questions(type).colourQuestion == "\u{1B}]11;?\u{1B}\\\u{1B}[c")
    }
    for type in ["linux", "vt220", "linux-16color", "dumb"] { #expect(questions(type).colourQuestion.isEmpty) }
    #expect(questions(background: false).colourQuestion.isEmpty)
  }

  @Test func takesTheBackgroundThatComesInTime() throws {
    for (after, isTaken) in [(0, true), (50, true), (51, false)] {
      var questions = questions()
      let finding = try questions.take(white, columns: 80, at: .seconds(1) + .milliseconds(after))
      #expect((finding != nil) == isTaken, "\(after)")
      #expect(try questions.take(white, columns: 80, at: .seconds(1)) == nil, "once")
    }
  }

  @Test func takesTheBackgroundAlsoAfterTheTerminalHasSaidWhatItIs() throws {
    var questions = questions()
    #expect(questions.take(.attributes, columns: 80, at: .seconds(1)) == nil)
    #expect(try questions.take(white, columns: 80, at: .seconds(1)) != nil)
  }

  @Test func waitsForWhatIsNotAnswered() throws {
    let answers = try [.attributes, white, .cursor(row: 2, column: 7)]
    for missing in answers {
      var questions = questions()
      for answer in answers where answer != missing { _ = questions.take(answer, columns: 80, at: .seconds(1)) }
      #expect(questions.patience(at: .seconds(1)) == .milliseconds(500), "\(missing)")
      #expect(questions.patience(at: .seconds(1) + .milliseconds(499)) == .milliseconds(1))
      #expect(questions.patience(at: .seconds(1) + .milliseconds(500)) == nil, "never answered")
      _ = questions.take(missing, columns: 80, at: .seconds(1) + .milliseconds(200))
      #expect(questions.patience(at: .seconds(1) + .milliseconds(200)) == nil, "answered late")
    }
    #expect(questions(background: false, unicode: false).patience(at: .seconds(1)) == nil, "nothing was asked")
  }

  @Test func takesNothingThatWasNotAsked() throws {
    var questions = questions(background: false, unicode: false)
    #expect(questions.widthQuestion.isEmpty)
    #expect(try questions.take(white, columns: 80, at: .seconds(1)) == nil)
    #expect(questions.take(.cursor(row: 2, column: 11), columns: 80, at: .seconds(1)) == nil)
  }

  @Test(arguments: [
    (column: 6, columns: 80, isOther: false), (column: 11, columns: 80, isOther: true),
    (column: 16, columns: 80, isOther: true), (column: 1, columns: 80, isOther: false),
    (column: 8, columns: 10, isOther: false),
  ])
  func findsOutHowWideCharactersAre(_ answer: (column: Int, columns: Int, isOther: Bool)) {
    var questions = questions()
    let input = TerminalInput.cursor(row: 2, column: answer.column)
    let finding = questions.take(input, columns: answer.columns, at: .seconds(9))
    #expect(finding == (answer.isOther ? .otherWidths : nil))
    #expect(questions.take(.cursor(row: 2, column: 11), columns: 80, at: .seconds(9)) == nil, "once")
  }

  @Test func aKeyWithModifiersIsNoAnswer() {
    var questions = TerminalQuestions(type: "xterm", needsBackground: false, drawsUnicode: true, at: .zero)
    var parser = InputParser()
    // F3 with Ctrl and Alt looks like a place in the first row.
    let key = parser.feed(Array("\u{1B}[1;7R".utf8), at: .seconds(1))
    #expect(key == [.cursor(row: 1, column: 7)])
    #expect(key.allSatisfy { questions.take($0, columns: 80, at: .seconds(1)) == nil })
    #expect(questions.take(.cursor(row: 2, column: 7), columns: 80, at: .seconds(1)) == .otherWidths)
  }
}
