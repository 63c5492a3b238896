@preconcurrency import Glibc

/// The environment that this process was started with.
package enum ProcessEnvironment {
  /// The variables by their names; of a name that stands twice the first counts, as for `getenv`.
  package static func variables() -> [String: String] {
    var variables: [String: String] = [:]
    // Whoever cleared it may have left nothing at all.
    guard var entry = Optional(environ) else { return variables }
    while let text = entry.pointee {
      entry += 1
      guard let equals = strchr(text, 0x3D) else { continue }
      let name = UnsafeRawBufferPointer(start: text, count: equals - text)
      let value = String(cString: equals + 1)
      let key = String(decoding: name, as: UTF8.self)
      if variables[key] == nil { variables[key] = value }
    }
    return variables
  }
}
