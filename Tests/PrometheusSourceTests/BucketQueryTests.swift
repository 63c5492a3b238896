import PrometheusSource
import SlotStats
import StatsFormats
import Testing

@Suite("Prometheus: selectors, queries and steps")
struct BucketQueryTests {
  @Test(
    "A selector is a name with matchers, and no expression",
    arguments: [
      ("jobs_total", "jobs_total"), ("  jobs_total { a = \"b\" , c!~'d|e' } ", "jobs_total{a=\"b\",c!~'d|e'}"),
      ("{__name__=\"x\"}", "{__name__=\"x\"}"), ("a:b_c{d=\"}\\\"{\"}", "a:b_c{d=\"}\\\"{\"}"),
    ])
  func selectors(text: String, sent: String) { #expect(MetricSelector(text)?.text == sent) }

  @Test(
    "Anything else is refused",
    arguments: [
      "", "{}", "rate(x[5m])", "x[5m]", "x offset 1m", "1x", "x{a}", "x{a=b}", "x{a=\"b}", "x{a=\"b\"", "x{a=\"b\"}}",
      "x)", "x{a=\"b\"} or y", "x{a=\"b\\",
    ])
  func noSelectors(text: String) { #expect(MetricSelector(text) == nil) }

  @Test("Sums add and take off, and a minus in a value is none")
  func sums() throws {
    let sum = try #require(SelectorSum("a{x=\"p - q\"} - b + c"))
    #expect(sum.terms.map(\.isTakenOff) == [false, true, false])
    #expect(sum.text == "a{x=\"p - q\"} - b + c")
    #expect(SelectorSum("a -") == nil)
    #expect(SelectorSum("- a") == nil)
  }

  @Test("Matchers are added to those that are there")
  func narrowing() throws {
    let selector = try #require(MetricSelector("a{b=\"c\"}"))
    #expect(selector.narrowed(by: "env=\"prod\"").text == "a{b=\"c\",env=\"prod\"}")
    #expect(MetricSelector.areMatchers("env=\"prod\",x!=\"\""))
    #expect(!MetricSelector.areMatchers("env=\"prod\"} or {x=\"y\""))
  }

  @Test(
    "The step divides a minute and is never longer than the time between two samples",
    arguments: [(14.94, 15), (15, 15), (10, 10), (60, 30), (7, 6), (1, 1), (0.2, 1), (29, 30)])
  func steps(seconds: Double, step: Int) { #expect(SideQuery.step(scrapeInterval: seconds) == step) }

  @Test("The text asks for one bucket, keeps its end out, and looks for restarts at each step")
  func text() throws {
    let selector = try #require(MetricSelector("jobs_total{a=\"b\"}"))
    let query = BucketQuery(
      selector: selector, labels: ["queue"], aggregate: .sum, step: 15)
    let day = query.text(.day)
    #expect(day.contains("last_over_time(jobs_total{a=\"b\"}[86400s] offset 1ms)"))
    #expect(day.contains("[259200s] offset 86400001ms)"))
    #expect(!day.contains("[86399999ms:15s]"))
    #expect(day.contains("sum by (queue)"))
    var repeated = query
    repeated.aggregate = .max
    #expect(repeated.text(.day).contains("max by (queue)"))
    #expect(day.contains("resets(jobs_total{a=\"b\"}[345600s] offset 1ms)"))
    let near = query.text(.day, .near)
    #expect(near.contains("[300s] offset 15001ms"))
    #expect(near.contains("[86399999ms:15s]"))
    #expect(query.text(.day, .far).contains("[86400s] offset 15001ms"))
  }
}
