import ArgumentParser
import Glibc
import ProcessIO
import ReadingCommands

/// What a shell offers where a source is expected: the names of the configuration file, then files.
enum SourceCompletions {
  /// Asked for again with each word, so that a name is offered as soon as the file has it.
  static var kind: CompletionKind {
    .custom { words, _, prefix in candidates(words, prefix: prefix, environment: ProcessEnvironment.variables()) }
  }

  /// The words that may stand where `prefix` was typed, on a command line of these `words`.
  static func candidates(_ words: [String], prefix: String, environment: [String: String]) -> [String] {
    // Of a file that cannot be read there are no names; here is no place to say why.
    let search = try? ConfigurationSearch(named: configuration(in: words), environment: environment)
    let names = (search?.file?.sources.keys).map { $0.sorted() } ?? []
    return names.filter { $0.hasPrefix(prefix) } + files(prefix, home: ConfigurationPlaces.home(environment))
  }

  /// The configuration file that the command line names.
  private static func configuration(in words: [String]) -> String? {
    let flag = "--" + Options.config.name
    for (index, word) in words.enumerated() {
      if word.hasPrefix(flag + "=") { return String(word.dropFirst(flag.utf8.count + 1)) }
      if word == flag { return words.dropFirst(index + 1).first }
    }
    return nil
  }

  /// The folders and snapshots whose paths begin so.
  private static func files(_ prefix: String, home: String?) -> [String] {
    let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
    let beginning = prefix.dropFirst(folder.count)
    let place = folder.hasPrefix("~/") ? home.map { $0 + folder.dropFirst() } ?? folder : folder
    var paths: [String] = []
    for name in FolderNames.all(in: place.isEmpty ? "." : place) {
      guard name.hasPrefix(beginning), name.hasPrefix(".") == beginning.hasPrefix(".") else { continue }
      var status = stat()
      guard stat(place + name, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        paths.append(folder + name + "/")
      } else if name.hasSuffix(".json") {
        paths.append(folder + name)
      }
    }
    return paths.sorted()
  }
}
