import Testing

@testable import StatsServer

@Suite struct EntityTagsTests {
  @Test(arguments: [
    #""T""#, #"W/"T""#, "*", " * ", #""a", "T""#, #""a","T""#, #""a,b" , W/"T""#, #",, "T""#, #""T-gzip""#,
    #"W/"T-gzip""#, #""T-br""#, #""T-zstd""#, #""a-gzip", "T-gzip""#, "\t\"T\"\t",
  ])
  func namesTheTag(value: String) { #expect(EntityTags.match(value, #""T""#)) }

  @Test(arguments: [
    "", ",", "T", #""T"#, #"T""#, #""t""#, #""TT""#, #""""#, #"w/"T""#, #"W/ "T""#, #""T-deflate""#, #""T;gzip""#,
    #""T"-gzip"#, #""T-gzip-gzip""#, #""a,"T","#, #""a" "T""#, #""a", *"#, #""a\"T\"""#,
  ])
  func namesNoOther(value: String) { #expect(!EntityTags.match(value, #""T""#)) }
}
