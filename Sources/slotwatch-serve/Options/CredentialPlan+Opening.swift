import CMemory
import HTTPTransport
import ReadingCommands

extension CredentialPlan {
  /// The credentials themselves; files that hold them are read. From then on the process leaves no core behind.
  /// - Throws: a file that is missing, that others may read, or that holds nothing of use.
  func credentials() throws(CommandFailure) -> Credentials {
    let found = try opened()
    if found != .none { _ = cm_hide_memory() }
    return found
  }

  private func opened() throws(CommandFailure) -> Credentials {
    do throws(SecretFile.Failure) {
      switch kind {
      case .none: return .none
      case .token(let token): return .token(token)
      case .tokenFile(let path): return .token(try SecretFile.token(path))
      case .tokenCommand(let arguments): return .command(arguments)
      case .login(let user, let password): return .login(user: user, password: password)
      case .loginFile(let path):
        let login = try SecretFile.login(path)
        return .login(user: login.user, password: login.password)
      }
    } catch {
      throw CommandFailure(Self.statuses[error.kind] ?? .configuration, "Cannot use \(origin.name): \(error.line).")
    }
  }

  private static let statuses: [SecretFile.Failure.Kind: ExitStatus] = [
    .missing: .inputMissing, .permission: .notPermitted, .content: .contentRefused,
  ]
}
