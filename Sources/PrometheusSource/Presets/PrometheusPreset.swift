/// What the counters of one exporter mean. Adding one is a row of ``all``.
package struct PrometheusPreset: Sendable {
  /// What a configuration file calls it.
  package let name: String
  /// Whose metrics they are.
  package let exporter: String
  /// The label whose value is the slot.
  package let slotLabel: String
  /// The selectors of our counters by their names. `<app>` stands for what precedes the name of a metric.
  package let counters: [String: String]
  /// Whether a job that is tried again counts each time.
  package var countsAttempts = false
  /// How series become a count.
  package var aggregate = CounterMapping.Aggregate.sum
  /// The label that tells why a job failed; `nil` where there is none.
  package var exceptionLabel: String?
  /// Whether it may be chosen by itself; one whose names others may have too is not.
  package var isFoundByItself = true
  /// What a person should know.
  package var remark = ""

  /// The names that its counters are made of, `<app>` in their places.
  package var names: [String] {
    var found: [String] = []
    for sum in sums.sorted(by: { $0.key < $1.key }).map(\.value) {
      for term in sum.terms where !found.contains(term.selector.name) { found.append(term.selector.name) }
    }
    return found
  }

  /// The names that a server must have for the preset to fit: those that are there from the first job on.
  package let signature: [String]

  /// The counters as they are read.
  var sums: [String: SelectorSum] {
    counters.compactMapValues { SelectorSum($0.replacing(Self.placeholder, with: Self.standIn)) }
  }

  /// What stands in a name for the part that is the application's own.
  static let placeholder = "<app>"
  /// The same while a selector is read, which has no such letters.
  static let standIn = "app:own"
}

/// Why no preset can be used; what to do is in it. May hold text from outside.
package struct PresetRefusal: Error, Hashable, Sendable {
  /// Why, and what to do.
  package let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// The preset that a server is read by.
package struct PresetChoice: Sendable {
  /// The preset.
  package let preset: PrometheusPreset
  /// What is put for its `<app>`.
  let app: String

  /// Chooses one.
  /// - Parameters:
  ///   - name: the preset's; `nil` where the one that fits is taken.
  ///   - names: the names of the server's metrics.
  /// - Throws: that there is no such preset, or not one that fits.
  package init(named name: String?, names: Set<String>) throws(PresetRefusal) {
    if let name {
      guard let preset = PrometheusPreset.all.first(where: { $0.name == name }) else {
        throw PresetRefusal("there is no preset \"\(name)\"; slotwatch presets lists them")
      }
      self = PresetChoice(preset: preset, app: try preset.app(in: names) ?? "app")
      return
    }
    let found = PrometheusPreset.all.filter { $0.fit(names) == .fits }
    guard found.count < 2 else {
      throw PresetRefusal(
        "more than one preset fits (\(found.map(\.name).joined(separator: ", "))); choose by preset = \"\(found[0].name)\""
      )
    }
    guard let preset = found.first else {
      let hints = PrometheusPreset.all.filter { $0.fit(names) == .needsName }.map { "preset = \"\($0.name)\"" }
      throw PresetRefusal(
        hints.isEmpty
          ? "no preset fits its metrics; name own counters in [sources.NAME], such as success = 'jobs_done_total'"
          : "its metrics may mean several things; say what they are by \(hints.joined(separator: " or "))")
    }
    self = PresetChoice(preset: preset, app: try preset.app(in: names) ?? "app")
  }

  private init(preset: PrometheusPreset, app: String) {
    self.preset = preset
    self.app = app
  }

  /// What its counters mean.
  package var mapping: CounterMapping {
    let counters = preset.sums.mapValues { sum in
      sum.mapped { selector in
        MetricSelector(
          name: selector.name.replacing(PrometheusPreset.standIn, with: app), matchers: selector.matchers)
      }
    }
    return CounterMapping(
      counters: counters, slotLabel: preset.slotLabel, aggregate: preset.aggregate,
      countsAttempts: preset.countsAttempts)
  }
}

extension PrometheusPreset {
  /// How a preset and the names of a server's metrics go together.
  package enum Fit: Hashable, Sendable {
    /// Its whole signature is there.
    case fits
    /// It is, but others may have these names too.
    case needsName
    /// These of it are missing.
    case lacks([String])
  }

  /// Whether the signature is among these names.
  package func fit(_ names: Set<String>) -> Fit {
    let missing = signature.filter { wanted in
      guard let suffix = Self.suffix(wanted) else { return !names.contains(wanted) }
      return !names.contains { $0.hasSuffix(suffix) }
    }
    guard missing.isEmpty else { return .lacks(missing) }
    return isFoundByItself && signature.count > 1 ? .fits : .needsName
  }

  /// What stands for `<app>`: what precedes the first name of the signature; `nil` where it has none.
  /// - Throws: that several applications have such names.
  func app(in names: Set<String>) throws(PresetRefusal) -> String? {
    guard let suffix = signature.lazy.compactMap(Self.suffix).first else { return nil }
    let apps = names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.utf8.count)) }.sorted()
    guard apps.count < 2 else {
      throw PresetRefusal(
        "\"\(name)\" fits \(apps.count) applications (\(apps.joined(separator: ", "))); name own counters")
    }
    return apps.first
  }

  /// What follows `<app>`.
  private static func suffix(_ name: String) -> String? {
    name.hasPrefix(placeholder) ? String(name.dropFirst(placeholder.utf8.count)) : nil
  }
}
