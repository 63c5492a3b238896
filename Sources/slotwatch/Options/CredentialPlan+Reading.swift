import RemoteSources

extension CredentialPlan {
  /// The credentials themselves. A file is read; a program is run only when a token is needed.
  /// - Throws: an error for a file that cannot be read, or that others can read too.
  func read() throws(CommandFailure) -> Credentials {
    switch kind {
    case .none: .none
    case .token(let token): .token(token)
    case .login(let user, let password): .login(user: user, password: password)
    case .tokenCommand(let words): .command(words)
    case .tokenFile(let path), .loginFile(let path):
      throw CommandFailure(.configuration, "Cannot read \"\(path)\": secret files cannot be read yet.")
    }
  }
}
