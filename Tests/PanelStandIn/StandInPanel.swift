import Foundation
import SlotStats
import StatsFormats
import Synchronization

/// A panel that serves a fleet from memory, on loopback, and goes wrong when it is told to.
package final class StandInPanel: Sendable {
  /// How it is entered.
  package struct Door: Sendable {
    /// The token that opens it; anybody may enter where there is neither a token nor a login.
    package var token: String?
    /// The user and the password that are exchanged for a token.
    package var login: (user: String, password: String)?
    /// How long such a token holds, in seconds.
    package var tokenSeconds = 3_600

    /// A door.
    package init(token: String? = nil, login: (user: String, password: String)? = nil, tokenSeconds: Int = 3_600) {
      self.token = token
      self.login = login
      self.tokenSeconds = tokenSeconds
    }
  }

  struct State: Sendable {
    var fleet: StandInFleet
    var habits = StandInHabits()
    var faults: [(fault: StandInFault, hits: Int)] = []
    var log = StandInLog()
    var tokens: [String: Date] = [:]
    var tokenCount = 0
    var held: [Int: CheckedContinuation<Void, Never>] = [:]
    var holdCount = 0
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// The faults that this request meets.
    mutating func meet(_ path: String) -> [StandInFault] {
      faults.indices.compactMap { index in
        let fault = faults[index].fault
        guard fault.matches(path), fault.times.map({ faults[index].hits < $0 * (fault.every ?? 1) }) ?? true else {
          return nil
        }
        defer { faults[index].hits += 1 }
        return faults[index].hits % max(fault.every ?? 1, 1) == 0 ? fault : nil
      }
    }
  }

  let state: Mutex<State>
  let door: Door
  let wallClock: @Sendable () -> Date
  let server: Mutex<Task<Void, any Error>?> = Mutex(nil)

  /// A panel with this fleet, not yet listening.
  package init(
    _ fleet: StandInFleet, door: Door = Door(), wallClock: @escaping @Sendable () -> Date = { Date() }
  ) {
    state = Mutex(State(fleet: fleet))
    self.door = door
    self.wallClock = wallClock
  }

  /// Changes the fleet.
  package func change(_ body: (inout StandInFleet) -> Void) { state.withLock { body(&$0.fleet) } }

  /// Changes how all answers are.
  package func set(_ body: (inout StandInHabits) -> Void) { state.withLock { body(&$0.habits) } }

  /// These faults from now on, in place of those before.
  package func fail(_ faults: StandInFault...) { state.withLock { $0.faults = faults.map { ($0, 0) } } }

  /// What was asked so far.
  package var log: StandInLog { state.withLock { $0.log } }

  /// Forgets what was asked.
  package func clearLog() {
    state.withLock { state in
      let underWay = state.log.underWay
      state.log = StandInLog()
      (state.log.underWay, state.log.mostAtOnce) = (underWay, underWay)
    }
  }

  /// Waits until `count` requests have been held since the panel was made.
  package func waitForHeld(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.holdCount >= count { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  /// Lets go of those that are held.
  package func release() {
    let held = state.withLock { state in
      defer { state.held = [:] }
      return state.held.values
    }
    for continuation in held { continuation.resume() }
  }

  func hold() async {
    await withCheckedContinuation { continuation in
      let due = state.withLock { state in
        state.holdCount += 1
        state.held[state.holdCount] = continuation
        defer { state.watchers.removeAll { $0.count <= state.holdCount } }
        return state.watchers.filter { $0.count <= state.holdCount }
      }
      for watcher in due { watcher.continuation.resume() }
    }
  }

  /// Does what `POST /control` asks for.
  func apply(_ control: StandInControl) {
    state.withLock { state in
      if let habits = control.habits { state.habits = habits }
      if let faults = control.faults { state.faults = faults.map { ($0, 0) } }
      if let drop = control.drop { state.fleet.drop(drop) }
      if let advance = control.advance { state.fleet.advance(advance.slots, by: StatsCounters(advance.by)) }
      if control.expireTokens == true { state.tokens = [:] }
    }
    if control.release == true { release() }
    if control.clearLog == true { clearLog() }
  }

  // MARK: The door

  func isOpen(to authorization: String?) -> Bool {
    guard door.token != nil || door.login != nil else { return true }
    guard let authorization, authorization.hasPrefix("Bearer ") else { return false }
    let token = String(authorization.dropFirst(7))
    if token == door.token { return true }
    return state.withLock { $0.tokens[token] }.map { wallClock() < $0 } ?? false
  }

  func logIn(_ body: [UInt8]) -> StandInResponse {
    struct Login: Codable { var username, password: String }
    guard let login = try? JSONDecoder().decode(Login.self, from: Data(body)) else {
      return .error(400, "username and password are expected.")
    }
    guard let known = door.login, known.user == login.username, known.password == login.password else {
      return .error(401, "Wrong user or password.")
    }
    let token = state.withLock { state in
      state.tokenCount += 1
      let token = "stand-in-\(state.tokenCount)"
      state.tokens[token] = wallClock().addingTimeInterval(Double(door.tokenSeconds))
      return token
    }
    return .json { writer in
      writer.member("access_token", token)
      writer.member("token_type", "bearer")
      writer.member("expires_in_sec", door.tokenSeconds)
    }
  }
}
