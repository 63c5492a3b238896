import ReadingCommands
import SlotStats
import StateFiles

/// By which rules a server looks at its store, and who is told.
struct AlertSettings: Sendable {
  /// The rules in force.
  let rules: [AlertRule]
  /// Whether they are the built-in ones.
  let areBuiltIn: Bool
  /// By what slots are judged.
  let thresholds: ThresholdRules
  /// Who is told.
  let notify: NotifySettings
  /// Where it is kept what was told, in the user's state folder; `nil` where there is none.
  let stateFolder: String?

  /// Reads what the configuration and the environment say.
  /// - Throws: the first option that cannot be used.
  init(configNamed name: String?, environment: [String: String]) throws(CommandFailure) {
    let file = try ConfigurationSearch(named: name, environment: environment).file
    let given = GivenOptions()
    var take = SettingsReader(OptionReader(environment: environment, given: given))
    take.reader.configured = file?.texts(for: nil) ?? [:]
    let view = try ViewSettings(&take) { general throws(CommandFailure) in try file?.overrides(general) ?? [:] }
    let own = file?.rules ?? []
    rules = own.isEmpty ? AlertRule.standard : own.map(\.rule)
    areBuiltIn = own.isEmpty
    thresholds = view.thresholds
    notify = try NotifySettings(given, environment: environment, file: file)
    stateFolder = StateFolder.path(environment)
  }

  /// Whether anybody wants to know: the built-in rules alone are looked at for nobody.
  var isWanted: Bool { !areBuiltIn || !notify.sinks.isEmpty }

  /// Who is told of an alert of a rule: whom the rule names. Of the built-in rules, which name nobody, everyone who is
  /// configured is told of pages, and nobody of notices.
  func names(_ rule: AlertRule) -> [String] {
    if areBuiltIn { return rule.severity == .page ? notify.sinks.map(\.kind.name) : [] }
    return rule.channels.map(\.rawValue)
  }
}
