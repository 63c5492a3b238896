import SlotStats
import StatsFormats
import Testing

@Suite("Answers of the Prometheus query API")
struct QueryAnswerTests {
  private func answer(_ text: String) throws(SnapshotError) -> QueryAnswer {
    try QueryAnswer(parsing: Array(text.utf8))
  }

  @Test("Vectors and matrices are read, whatever numbers they hold")
  func reading() throws {
    let matrix = try answer(
      #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"q":"a\"{}\n"},"values":"#
        + #"[[1795136401,"1e+21"],[1795136401.5,"NaN"],[2,"-Inf"]]}]},"warnings":["w"]}"#)
    #expect(matrix.series.first?.labels == ["q": "a\"{}\n"])
    #expect(matrix.series.first?.samples.first == QueryAnswer.Sample(time: 1_795_136_401, value: 1e21))
    #expect(matrix.series.first?.samples.last?.value == -.infinity)
    #expect(matrix.warnings == ["w"])
    let vector = try answer(
      #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"7"]}]}}"#)
    #expect(vector.series.first?.samples == [QueryAnswer.Sample(time: 1, value: 7)])
  }

  @Test(
    "What is no answer is refused with its place",
    arguments: [
      (#"{"status":"error","errorType":"execution","error":"too much"}"#, "too much"), ("{}", "no server"),
      ("", "empty"), (#"{"status":"success","data":{"result":[1]}}"#, "$.data.result[0]"),
      (#"{"status":"success","data":{"result":[{"value":[1]}]}}"#, "no pair"),
      (#"{"status":"success","data":{"result":[{"value":[1,"x"]}]}}"#, "a number is expected"),
    ])
  func refusing(text: String, words: String) {
    let error = #expect(throws: SnapshotError.self) { try answer(text) }
    #expect(error?.line.contains(words) == true, "\(error?.line ?? "")")
  }

  @Test("What servers say of themselves")
  func servers() throws {
    let names = Array(#"{"status":"success","data":["a","b"]}"#.utf8)
    #expect(try ServerAnswer.names(parsing: names) == ["a", "b"])
    let types = Array(#"{"status":"success","data":{"a":[{"type":"gauge","help":""}]}}"#.utf8)
    #expect(try ServerAnswer.types(parsing: types) == ["a": ["gauge"]])
    #expect(try ServerAnswer.version(parsing: Array(#"{"status":"success","data":{}}"#.utf8)) == nil)
    let version = Array(#"{"status":"success","data":{"version":"2.42.0"}}"#.utf8)
    #expect(try ServerAnswer.version(parsing: version) == "2.42.0")
  }
}
