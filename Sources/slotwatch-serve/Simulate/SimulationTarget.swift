import EventStore
import FoundationEssentials
import HTTPTransport
import ReadingCommands
import RemoteSources
import SlotStats
import StatsFormats

/// Where simulated events go.
enum SimulationTarget: Sendable {
  /// An event store of this machine.
  case store(any EventLedger)
  /// The intake of a server.
  case server(EventSender, RemoteURL)

  /// Opens the store, which is made where it is missing, or reads what a connection needs.
  /// - Parameters:
  ///   - place: `sqlite:PATH` or a URL.
  ///   - given: how a server is reached.
  ///   - environment: the environment's variables.
  ///   - errors: takes what is said of a store on the way.
  /// - Throws: what cannot be used or opened.
  init(
    _ place: String, _ given: GivenOptions, environment: [String: String],
    errors: @escaping @Sendable (String) -> Void
  ) throws(CommandFailure) {
    if let address = StoreAddress(place) {
      self = .store(
        try address.open(StoreSettings { Date() }, givenBy: Options.eventTarget.flag, isKept: true, errors))
      return
    }
    let shown = "\(Options.eventTarget.flag) \"\(SourceAddress.withoutSecrets(place))\""
    guard place.lowercased().hasPrefix("http://") || place.lowercased().hasPrefix("https://") else {
      throw CommandFailure(.usage, "Cannot use \(shown): give \(Options.eventTarget.expected).")
    }
    let base: RemoteURL
    do {
      base = try RemoteURL(parsing: place)
    } catch {
      throw CommandFailure(.usage, "Cannot use \(shown): the URL \(error.problem).")
    }
    guard base.query == nil else { throw CommandFailure(.usage, "Cannot use \(shown): a server's URL has no query.") }
    // A server is reached as a panel is, with the same options and the same refusals.
    var given = given
    given.values[Options.source.name] = "panel+" + place
    let settings = try Settings(given, environment: environment, place: shown)
    guard let url = settings.source?.url else {
      throw CommandFailure(.usage, "Cannot use \(shown): give \(Options.eventTarget.expected).")
    }
    self = .server(try RemoteConnection(url, settings).events(), url)
  }

  /// What a person calls it.
  var name: String {
    switch self {
    case .store(let store): store.name
    case .server(_, let url): url.display
    }
  }

  /// Lets go of a store's file, so that what is beside it is put away.
  func close() {
    guard case .store(let store) = self else { return }
    try? store.close()
  }

  /// Hands events over; when it returns, they are kept or refused for good.
  func take(_ logs: [ProcessingLog]) async throws(SimulationTrouble) -> EventSender.Receipt {
    switch self {
    case .store(let store):
      do {
        return EventSender.Receipt(try await store.storeProcessingLogs(logs).outcomes)
      } catch {
        throw SimulationTrouble(error)
      }
    case .server(let sender, let url):
      do {
        return try await sender.send(logs)
      } catch {
        throw SimulationTrouble(error, sendingTo: url)
      }
    }
  }
}

/// Why a place took no events.
struct SimulationTrouble: Error {
  /// How trouble passes.
  enum Passing: Hashable {
    /// It does not.
    case never
    /// Where it took events before.
    case wasWell
    /// It does: the place itself said so.
    case surely
  }

  /// What ends the command where it does not pass.
  var failure: CommandFailure
  /// Whether it may pass.
  var passing: Passing
  /// How long the place wants to be left alone.
  var retryAfter: Duration?

  /// What a store said.
  init(_ error: any Error) {
    failure = CommandFailure(error)
    passing = failure.status == .inputOutput ? .wasWell : .never
  }

  /// What became of a request.
  init(_ error: HTTPFailure, sendingTo url: RemoteURL) {
    failure = CommandFailure(error.sourceError(action: "Cannot send events to \"\(url.display)\""))
    retryAfter = error.retryAfter
    passing =
      switch error.kind {
      case .status(429), .status(503): .surely
      case .unreachable, .cancelled, .status(500...): .wasWell
      case .insecure, .status, .refused: .never
      }
  }
}

extension EventSender.Receipt {
  /// What a store did with events.
  init(_ outcomes: [StoredLog]) {
    self.init(accepted: 0, duplicate: 0, refused: 0)
    for outcome in outcomes {
      switch outcome {
      case .accepted: accepted += 1
      case .duplicate: duplicate += 1
      case .refused(let reason):
        refused += 1
        firstReason = firstReason ?? reason
      }
    }
  }
}
