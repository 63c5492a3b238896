import Foundation
import Testing

/// What the program that starts fast is linked from. Each package that is linked adds to what the runtime searches at
/// every start, and Foundation alone is larger than all of this.
@Suite struct FrontLinkTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL

  private static let allowed: Set<String> = [
    "slotwatch", "ReadingCommands", "ProcessIO", "DashboardRuntime", "Dashboard", "StatsReports", "SnapshotSource",
    "StateFiles", "StatsFormats", "SlotStats", "TerminalUI", "NcursesTerminal", "CNcurses", "CTerminal", "CMemory",
  ]

  /// What each target of Package.swift depends on, by its name; a product of another package is its own name.
  private static func dependencies() throws -> [String: [String]] {
    let manifest = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    var found: [String: [String]] = [:]
    for declaration in manifest.split(separator: /\.(?:target|executableTarget|systemLibrary|testTarget)\(\s*name: "/) {
      guard let quote = declaration.firstIndex(of: "\""), let list = declaration.firstRange(of: "dependencies: [")
      else {
        if let quote = declaration.firstIndex(of: "\"") { found[String(declaration[..<quote])] = [] }
        continue
      }
      let names = declaration[list.upperBound...].replacing(/\.product\(name: ("[^"]+"), package: "[^"]+"\)/) { $0.1 }
        .prefix { $0 != "]" }
      found[String(declaration[..<quote])] = names.matches(of: /[A-Za-z][\w-]*/).map { String($0.0) }
    }
    return found
  }

  @Test func theProgramThatStartsFastIsMadeOfTheseTargets() throws {
    let dependencies = try Self.dependencies()
    var reached: Set<String> = []
    var next = ["slotwatch"]
    while let name = next.popLast() {
      guard reached.insert(name).inserted else { continue }
      next += dependencies[name] ?? []
    }
    #expect(reached == Self.allowed)
  }

  /// The list of targets in Sources/README.md, each with what it depends on.
  private static func drawn() throws -> [String: Set<String>] {
    let text = try String(contentsOf: root.appending(path: "Sources/README.md"), encoding: .utf8)
    let marker = try #require(text.range(of: "<!-- targets -->\n```text\n"))
    let list = text[marker.upperBound...].prefix { $0 != "`" }
    var drawn: [String: Set<String>] = [:]
    for entry in list.replacing(/\n +/, with: { _ in " " }).split(separator: "\n") {
      let parts = entry.split(separator: "→")
      let name = try #require(parts.first?.split(separator: " ").first)
      drawn[String(name)] = Set((parts.last ?? "").matches(of: /[A-Za-z][\w-]*/).map { String($0.0) }).subtracting([
        "nothing"
      ])
    }
    return drawn
  }

  @Test func theDrawingOfTheHouseIsTrue() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
    let targets = Set(folders.filter { !$0.hasSuffix(".md") })
    let dependencies = try Self.dependencies()
    let drawn = try Self.drawn()
    #expect(Set(drawn.keys) == targets)
    for (name, arrows) in drawn { #expect(arrows == Set(dependencies[name] ?? []).intersection(targets), "\(name)") }
  }

  @Test func noneOfThemImportsFoundation() throws {
    for target in Self.allowed {
      let folder = Self.root.appending(path: "Sources/\(target)")
      let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
      for case let file as URL in try #require(files) where file.pathExtension == "swift" {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let imports = zip(lines, lines.dropFirst()).filter {
          $0.1.contains(/^\s*import Foundation$/) && $0.0 != "#else"
        }
        #expect(imports.isEmpty && lines.first?.contains(/^import Foundation$/) != true, "\(file.path)")
      }
    }
  }
}
