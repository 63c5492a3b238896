import ArgumentParser
import Foundation
import SlotStats
import StatsFormats

/// A stand-in for the admin panel: serves its API from a snapshot or a made-up fleet, and goes wrong on request.
@main
struct PanelStandIn: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "PanelStandIn",
    abstract:
      "Serves a panel's API on loopback; POST /control makes it go wrong, GET /control/log tells what was asked.")

  @Option(help: "The port; 0 for any free one.") var port = 0
  @Option(help: "A version 1 snapshot to serve.") var snapshot: String?
  @Option(help: "How many made-up slots to serve.") var slots = 15
  @Option(help: "What the made-up slots are made from.") var seed: UInt64 = 1
  @Flag(help: "Whether it has minutes too, gives everything by all windows, and says so, as our server does.")
  var ours = false
  @Option(help: "The bearer token that is needed.") var token: String?
  @Option(help: "The user and password that are needed, as USER:PASSWORD.") var login: String?
  @Option(help: "How long a token from a login holds, in seconds.") var tokenSeconds = 3_600
  @Option(help: "The instant at which the clock stands.") var now: String?
  @Option(help: "A PEM file with the certificate.") var tlsCert: String?
  @Option(help: "A PEM file with its key.") var tlsKey: String?

  func run() async throws {
    let fixed = try now.map { text in
      guard let instant = RFC3339.parse(text)?.date else { throw ValidationError("\"\(text)\" is no instant.") }
      return instant
    }
    let clock: @Sendable () -> Date = { fixed ?? Date() }
    let fleet: StandInFleet
    if let snapshot {
      fleet = StandInFleet(try SnapshotDocument(parsing: [UInt8](try Data(contentsOf: URL(fileURLWithPath: snapshot)))))
    } else {
      fleet = StandInFleet(slots: slots, seed: seed, at: clock(), followsClock: true, minutes: ours)
    }
    let pair = login.map { $0.split(separator: ":", maxSplits: 1).map(String.init) }
    let panel = StandInPanel(
      fleet,
      door: StandInPanel.Door(
        token: token, login: pair.map { ($0[0], $0.count > 1 ? $0[1] : "") }, tokenSeconds: tokenSeconds),
      wallClock: clock)
    if ours { panel.set { $0 = .ours } }
    let port = try await panel.start(port: port, certificate: tlsCert, key: tlsKey)
    FileHandle.standardOutput.write(Data("listening on 127.0.0.1:\(port)\n".utf8))
    try await panel.serve()
  }
}
