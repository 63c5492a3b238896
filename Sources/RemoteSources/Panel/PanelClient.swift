import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats

/// What was read at one URL, with what tells whether it has changed.
struct PanelKnown<Value: Sendable>: Sendable {
  var value: Value
  var validators: HTTPValidators?
  /// Of the bytes, for panels that give no validators.
  var digest: UInt64
}

/// What one request brought.
struct PanelResponse<Value: Sendable>: Sendable {
  var known: PanelKnown<Value>
  /// When it was made.
  var stamp: PanelStamp
  /// Whether it was decoded anew; otherwise it is what was known before.
  var isNew: Bool
}

/// Asks a panel, and knows what it calls things.
struct PanelClient: Sendable {
  /// How many requests are under way at most.
  static let maxRequests = 8
  /// How many slots are asked for hours at most, where the panel does not know those before.
  static let maxProbes = 3

  let base: RemoteURL
  let name: String
  let transport: HTTPTransport
  let token: AccessToken
  let limiter = PriorityLimiter(maxRequests)
  let windows = PanelWindowsMemory()

  /// What fails is called this.
  var action: String { "Cannot read panel \(JSONPlace.quoted(name))" }

  /// The buckets of one slot in one range.
  /// - Throws: `StatsSourceError`, of kind `noSuchSlot` where the panel does not know it; `CancellationError`.
  func slotRows(
    _ slotID: Slot.ID, _ range: PanelRange, known: PanelKnown<PanelRows>?, _ rank: PriorityLimiter.Rank
  ) async throws -> PanelResponse<PanelRows> {
    do {
      return try await rows(of: slotID, range, known: known, rank)
    } catch let failure as HTTPFailure where failure.kind == .status(404) {
      throw StatsSourceError(.noSuchSlot, action: action, cause: failure.cause)
    } catch let failure as HTTPFailure {
      throw translated(failure)
    }
  }

  /// Asks one slot for hours, where the panel does not say which windows it has and none has answered yet: where they
  /// are refused, the panel has none. One that the panel does not know says nothing, nor does one that is off.
  /// - Throws: `StatsSourceError`, `CancellationError`; it is not known then.
  func learnHours(of slots: some Sequence<Slot>, at instant: Date) async throws {
    guard windows.value.isOpen else { return }
    for slot in slots.lazy.filter(\.isActive).prefix(Self.maxProbes) {
      do {
        for range in PanelRange.shown(PanelWindows.unsaid, at: instant) {
          _ = try await rows(of: slot.id, range, known: nil, .foreground)
        }
        return windows.settle(hasHours: true)
      } catch let failure as HTTPFailure {
        switch failure.kind {
        case .status(400), .status(422): return windows.settle(hasHours: false)
        case .status(404): continue
        default: throw translated(failure)
        }
      }
    }
  }

  private func rows(
    of slotID: Slot.ID, _ range: PanelRange, known: PanelKnown<PanelRows>?, _ rank: PriorityLimiter.Rank
  ) async throws -> PanelResponse<PanelRows> {
    try await get(Self.path(of: slotID), Self.query(range), known: known, rank) { bytes throws(SnapshotError) in
      PanelRows(try PanelSlotStats.metrics(parsing: bytes, of: slotID, window: range.window), in: range)
    }
  }

  /// The answer at a path of the panel.
  /// - Throws: `HTTPFailure`, `StatsSourceError`, `CancellationError`.
  func get<Value>(
    _ path: String, _ query: String?, known: PanelKnown<Value>?, _ rank: PriorityLimiter.Rank,
    _ decode: ([UInt8]) throws(SnapshotError) -> Value
  ) async throws -> PanelResponse<Value> {
    var url = base
    url.path = (base.path.hasSuffix("/") ? String(base.path.dropLast()) : base.path) + path
    url.query = query
    let request = HTTPRequest(url, validators: known?.validators)
    let answer = try await limiter.run(rank) { try await token.answer(to: request, over: transport) }
    let stamp = PanelStamp(date: answer.date, age: answer.age)
    if answer.isUnchanged {
      guard let known else {
        throw StatsSourceError(.contentRefused, action: action, cause: "304 from \(path), which was not read before")
      }
      return PanelResponse(known: known, stamp: stamp, isNew: false)
    }
    let digest = answer.body.withUnsafeBytes { ContentDigest.of($0) }
    if var known, known.digest == digest {
      known.validators = answer.validators
      return PanelResponse(known: known, stamp: stamp, isNew: false)
    }
    do {
      let value = try decode(answer.body)
      let known = PanelKnown(value: value, validators: answer.validators, digest: digest)
      return PanelResponse(known: known, stamp: stamp, isNew: true)
    } catch {
      let problem = answer.isPage ? "HTML instead of JSON" : error.line
      throw StatsSourceError(.contentRefused, action: action, cause: "\(path): \(problem)")
    }
  }

  /// A transport's failure in the words of sources.
  func translated(_ failure: HTTPFailure) -> any Error {
    // Whatever a request says that nobody wants any more, the panel is not to blame.
    if Task.isCancelled { return CancellationError() }
    if failure.kind == .cancelled { return CancellationError() }
    return failure.sourceError(action: action)
  }

  // MARK: What things are called

  /// Where a slot's statistics are.
  static func path(of slotID: Slot.ID) -> String { "/api/stats/" + segment(slotID) }

  /// A slot as a part of a path.
  static func segment(_ slotID: Slot.ID) -> String {
    // A segment of dots alone would be taken for a step in the path.
    let isDots = slotID == "." || slotID == ".."
    return isDots ? slotID.replacing(".", with: "%2E") : RemoteURL.escaped(slotID)
  }

  /// How a range is asked for.
  static func query(_ range: PanelRange) -> String {
    "from=\(RFC3339.format(range.from))&to=\(RFC3339.format(range.to))&group_by=\(range.window.rawValue)"
  }
}
