/// The forms in which the configuration can be written.
enum ConfigFormat: String, CaseIterable, Sendable {
  case text, json
}
