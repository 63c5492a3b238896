/// What a server of the Prometheus query API answers to a query: series with their samples.
package struct QueryAnswer: Hashable, Sendable {
  /// One value at one instant.
  package struct Sample: Hashable, Sendable {
    /// Seconds since 1970.
    package var time: Double
    /// The value; it may be infinite or not a number.
    package var value: Double

    package init(time: Double, value: Double) {
      self.time = time
      self.value = value
    }
  }

  /// One series of a vector, which has one sample, or of a matrix.
  package struct Series: Hashable, Sendable {
    /// Its labels by name.
    package var labels: [String: String]
    /// Its samples, in the server's order.
    package var samples: [Sample]

    package init(labels: [String: String], samples: [Sample]) {
      self.labels = labels
      self.samples = samples
    }
  }

  /// The series, in the server's order.
  package var series: [Series]
  /// What the server warns of, in its words.
  package var warnings: [String]

  /// How many series are read at most.
  package static let maxSeries = 100_000

  package init(series: [Series] = [], warnings: [String] = []) {
    self.series = series
    self.warnings = warnings
  }

  /// Reads the answer to a query, of either sort.
  /// - Throws: the first thing that is refused, by its place; also the server's own refusal.
  package init(parsing bytes: [UInt8]) throws(SnapshotError) {
    self = try QueryReader.read(bytes) { reader throws(JSONFailure) in
      var series: [Series] = []
      let warnings = try reader.answer { reader throws(JSONFailure) in series = try reader.queryData() }
      return QueryAnswer(series: series, warnings: warnings)
    }
  }
}

/// What such a server answers to questions about itself.
package enum ServerAnswer {
  /// The texts of a list, such as the names of metrics.
  package static func names(parsing bytes: [UInt8]) throws(SnapshotError) -> [String] {
    try QueryReader.read(bytes) { reader throws(JSONFailure) in
      var names: [String] = []
      _ = try reader.answer { reader throws(JSONFailure) in names = try reader.texts() }
      return names
    }
  }

  /// The types of metrics by their names, such as `counter`; none of a server that keeps none.
  package static func types(parsing bytes: [UInt8]) throws(SnapshotError) -> [String: Set<String>] {
    try QueryReader.read(bytes) { reader throws(JSONFailure) in
      var types: [String: Set<String>] = [:]
      _ = try reader.answer { reader throws(JSONFailure) in types = try reader.types() }
      return types
    }
  }

  /// The version that it calls itself by; `nil` of a server that says none.
  package static func version(parsing bytes: [UInt8]) throws(SnapshotError) -> String? {
    try QueryReader.read(bytes) { reader throws(JSONFailure) in
      var version: String?
      _ = try reader.answer { reader throws(JSONFailure) in version = try reader.version() }
      return version
    }
  }
}
