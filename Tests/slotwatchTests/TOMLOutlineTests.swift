import TOMLKit
import Testing

@testable import slotwatch_serve

@Suite struct TOMLOutlineTests {
  private func position(_ line: Int, _ column: Int) -> TextPosition { TextPosition(line: line, column: column) }

  @Test func findsKeysAndValues() {
    let outline = TOMLOutline("# first\n\ninterval = 5\n  theme\t=  \"dark\" # why\n")
    #expect(outline.key(["interval"]) == position(3, 1))
    #expect(outline.value(["interval"]) == position(3, 12))
    #expect(outline.key(["theme"]) == position(4, 3))
    #expect(outline.value(["theme"]) == position(4, 12))
    #expect(outline.stop == nil && outline.duplicate == nil)
  }

  @Test func findsWhatStandsInTables() {
    let text = "[ sources . panel ]\naddress = 'x'\n[slots.\"slot-007\"]\nwarning = 0.1\n[sources.'b c']\nd.e = 1"
    let outline = TOMLOutline(text)
    #expect(outline.key(["sources"]) == position(1, 3))
    #expect(outline.key(["sources", "panel"]) == position(1, 3))
    #expect(outline.key(["sources", "panel", "address"]) == position(2, 1))
    #expect(outline.key(["slots", "slot-007"]) == position(3, 2))
    #expect(outline.value(["slots", "slot-007", "warning"]) == position(4, 11))
    #expect(outline.key(["sources", "b c", "d"]) == position(6, 1))
    #expect(outline.value(["sources", "b c", "d", "e"]) == position(6, 7))
  }

  @Test func findsDottedAndQuotedKeys() {
    let outline = TOMLOutline(
      "slots.\"a.b\".warning = 1\n\"\\u0441\\\"x\" = 2\nslots . 'c\\' . min_runs = 3\n\"\" = 4\n")
    #expect(outline.key(["slots", "a.b", "warning"]) == position(1, 1))
    #expect(outline.key(["с\"x"]) == position(2, 1))
    #expect(outline.key(["slots", "c\\", "min_runs"]) == position(3, 1))
    #expect(outline.value([""]) == position(4, 6))
  }

  @Test func findsWhatStandsInInlineTables() {
    let outline = TOMLOutline("sources = { panel = { address = \"x\", interval = [1, {a=2}] }, b.c = 1 }\n")
    #expect(outline.key(["sources", "panel"]) == position(1, 13))
    #expect(outline.key(["sources", "panel", "interval"]) == position(1, 38))
    #expect(outline.value(["sources", "b", "c"]) == position(1, 69))
  }

  @Test func findsTheTablesOfArrays() {
    let outline = TOMLOutline("[[a]]\nb = 1\n[a.c]\nd = 2\n[[ a ]]\nb = 3\n[[a.e]]\nf = 4\n[[a.e]]\nf = 5\n")
    let (first, second) = (TOMLOutline.item(0), TOMLOutline.item(1))
    #expect(outline.key(["a"]) == position(1, 3) && outline.key(["a", first]) == position(1, 3))
    #expect(outline.value(["a", first, "b"]) == position(2, 5))
    #expect(outline.value(["a", first, "c", "d"]) == position(4, 5))
    #expect(outline.key(["a", second]) == position(5, 4))
    #expect(outline.value(["a", second, "b"]) == position(6, 5))
    #expect(outline.value(["a", second, "e", first, "f"]) == position(8, 5))
    #expect(outline.value(["a", second, "e", second, "f"]) == position(10, 5))
    #expect(outline.duplicate == nil && outline.stop == nil)
  }

  @Test func findsTheInlineTablesOfArrays() {
    let outline = TOMLOutline("a = [ 1, {b = 2},\n  { c = [{ d = 3 }] } ]\n")
    #expect(outline.key(["a", TOMLOutline.item(1)]) == position(1, 10))
    #expect(outline.value(["a", TOMLOutline.item(1), "b"]) == position(1, 15))
    #expect(outline.value(["a", TOMLOutline.item(2), "c", TOMLOutline.item(0), "d"]) == position(2, 16))
  }

  @Test(arguments: [
    "a = \"\"\"\n[x]\nb = 1 \\\"\"\" \"\"\n\"\"\"\n", "a = '''\n[x]\nb = 1 ''\n'''\n", "a = \"\"\"x\"\"\"\"\"\n\n\n\n",
    "a = [ # ]\n  \"]\", ']',\n  [1,\n2], ]\n", "a = \"# \\\\\"\r\n\r\n# [x]\n\n", "a = ''\n\n\n\n", "a = \"\"\n\n\n\n",
    "a = 1979-05-27 07:32:00Z # t\n\n\n\n", "a = { b = \"}\" }\n\n\n\n", "a = [[],\n[\n],[{}]\n]\n",
  ])
  func goesOverValues(text: String) {
    let outline = TOMLOutline(text + "next = 1\n")
    #expect(outline.key(["next"]) == position(5, 1), "\(text)")
    #expect(outline.stop == nil && outline.key(["x"]) == position(1, 1))
    #expect(throws: Never.self) { _ = try TOMLTable(string: text + "next = 1\n") }
  }

  @Test func countsColumnsByScalars() {
    let outline = TOMLOutline("\"щ日\" = 1\na = { \"é\" = \"日\", b = 1 }")
    #expect(outline.value(["щ日"]) == position(1, 8))
    #expect(outline.key(["a", "b"]) == position(2, 18))
  }

  @Test func tellsOfTheFirstKeyThatStandsTwice() {
    let outline = TOMLOutline("a = 1\nb = 2\nb = 3\na = 4\n")
    #expect(outline.duplicate?.path == ["b"])
    #expect(outline.position(outline.duplicate?.offset ?? 0) == position(3, 1))
    #expect(TOMLOutline("[[a]]\nb = 1\n[[a]]\nb = 2\n").duplicate == nil)
    #expect(TOMLOutline("[[a]]\nb = 1\n[[a]]\nb = 2\nb = 3\n").duplicate?.path == ["a", TOMLOutline.item(1), "b"])
  }

  @Test(arguments: [
    ("a = 1\nb = \n", 2, 5), ("a = \"x\n", 1, 7), ("[a\nb = 1\n", 1, 3), ("a = 1 2]\n", 1, 8), ("= 1\n", 1, 1),
    ("a = [1, 2\nb", 2, 1), ("a = {b 1}\n", 1, 8), ("a = '''x\n", 2, 1), ("a", 1, 2), ("a = \"\\", 1, 7), ("[", 1, 2),
  ])
  func stopsAtWhatIsNoTOML(text: String, line: Int, column: Int) throws {
    let outline = TOMLOutline(text)
    let stop = try #require(outline.stop)
    #expect(outline.position(stop.offset) == position(line, column))
    #expect(throws: TOMLParseError.self) { _ = try TOMLTable(string: outline.text(upTo: stop)) }
  }

  @Test(arguments: [
    String(repeating: "a.", count: 20_000) + "b = 1\n", "[" + String(repeating: "a.", count: 20_000) + "b]\n",
    "a = " + String(repeating: "[", count: 50_000), "a = " + String(repeating: "{a=", count: 50_000),
    "a = \"x\\u0000y\"\n", "\"x\\U00000000\" = 1\n",
  ])
  func refusesWhatTheParserCouldNotBear(text: String) {
    #expect(TOMLOutline(text).stop?.reason != nil)
    #expect(throws: TOMLDocument.Fault.self) { _ = try TOMLDocument(text) }
  }

  /// Cut anywhere, a text either reads or is refused; it never harms the program.
  @Test func survivesEveryCutOfAText() {
    let text = "a = \"x\\u00e9\"\n[b.'c']\nd = [1, {e = '''f'''}]\n\"g\".h = \"\"\"i\\\"\n\"\"\"\n[[j]]\nk = 1e5\n"
    for count in 0...text.utf8.count {
      let cut = String(decoding: text.utf8.prefix(count), as: UTF8.self)
      let isRead = (try? TOMLDocument(cut)) != nil
      #expect(isRead == ((try? TOMLTable(string: cut)) != nil), "\(cut)")
    }
  }
}
