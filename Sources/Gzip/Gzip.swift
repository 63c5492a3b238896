import CZlib

/// Decoding of gzip; a placeholder until its first user.
package enum Gzip {}
