import HTTPTransport
import SlotStats

extension HTTPFailure {
  /// The failure as a source's: what could not be done is `action`.
  package func sourceError(action: String) -> StatsSourceError {
    let sort: StatsSourceError.Kind =
      switch kind {
      case .unreachable, .insecure, .cancelled: .unreachable
      case .status(401), .status(403): .notPermitted
      case .status: .unreachable
      case .refused: .contentRefused
      }
    return StatsSourceError(sort, action: action, cause: cause, retryAfter: retryAfter)
  }
}
