import PrometheusSource
import SlotStats
import StatsFormats
import Testing

@Suite("Prometheus: presets")
struct PresetTests {
  @Test("Every preset can be read whole: names of ours, selectors, a signature of its own metrics")
  func table() {
    #expect(Set(PrometheusPreset.all.map(\.name)).count == PrometheusPreset.all.count)
    for preset in PrometheusPreset.all {
      #expect(Set(preset.counters.keys).isSubset(of: CounterMapping.names), "\(preset.name)")
      #expect(preset.counters["success"] != nil, "\(preset.name)")
      for (name, text) in preset.counters {
        #expect(SelectorSum(text.replacing("<app>", with: "app")) != nil, "\(preset.name) \(name)")
      }
      #expect(!preset.signature.isEmpty, "\(preset.name)")
    }
  }

  @Test("A whole signature of two names is found by itself")
  func found() throws {
    let names: Set<String> = ["celery_task_succeeded_total", "celery_task_received_total", "up"]
    let choice = try PresetChoice(named: nil, names: names)
    #expect(choice.preset.name == "celery-exporter")
    #expect(choice.mapping.slotLabel == "name")
    #expect(choice.mapping.unknown == [.providerErrors])
  }

  @Test("One name alone, a generic one, nothing and two that fit are refused with what to do")
  func refused() {
    func reason(_ names: Set<String>, _ preset: String? = nil) -> String? {
      do {
        _ = try PresetChoice(named: preset, names: names)
        return nil
      } catch { return error.reason }
    }
    #expect(reason(["flower_events_total"])?.contains("preset = \"flower\"") == true)
    #expect(reason(["success_tasks_total", "found_errors_total", "received_tasks_total"])?.contains("taskiq") == true)
    #expect(reason(["up"])?.contains("own counters") == true)
    let two: Set<String> = [
      "bullmq_job_completed_total", "bullmq_job_failed_total", "asynq_tasks_processed_total",
      "asynq_tasks_failed_total",
    ]
    #expect(reason(two)?.contains("asynq, bullmq") == true)
    #expect(reason(two, "bullmq") == nil)
    #expect(reason([], "sidekik")?.contains("no preset") == true)
  }

  @Test("The application's own part of a name is put in; two applications are refused")
  func applications() throws {
    let suffixes = ["processing", "exception"].map { "_prom_ex_oban_job_\($0)_duration_milliseconds_count" }
    let choice = try PresetChoice(named: nil, names: Set(suffixes.map { "shop" + $0 }))
    #expect(choice.mapping.counters["success"]?.terms.first?.selector.name == "shop" + suffixes[0])
    #expect(throws: PresetRefusal.self) {
      try PresetChoice(named: nil, names: Set(suffixes.flatMap { ["shop" + $0, "mail" + $0] }))
    }
  }

  @Test("Own counters go before a preset's; a pattern moves errors to provider errors")
  func settings() throws {
    var settings = MappingSettings()
    settings.preset = "celery-exporter"
    settings.match = "env=\"prod\""
    settings.providerErrorsMatch = ".*HTTP\"Error"
    settings.slotLabel = "queue_name"
    let made = try settings.mapping([])
    #expect(made.preset == "celery-exporter")
    #expect(made.mapping.slotLabel == "queue_name")
    #expect(made.mapping.unknown.isEmpty)
    #expect(
      made.mapping.counters["provider_errors"]?.text
        == #"celery_task_failed_total{exception!="SoftTimeLimitExceeded",exception=~".*HTTP\"Error",env="prod"}"#)
    var own = MappingSettings()
    own.counters["success"] = SelectorSum("done")
    #expect(try own.mapping([]).mapping.slotLabel == "queue")
    #expect(try own.mapping([]).preset == nil)
  }
}
