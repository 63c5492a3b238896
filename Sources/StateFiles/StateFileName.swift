import FoundationEssentials
import StatsFormats

/// What a file is called that belongs to one source.
package enum StateFileName {
  /// The most characters of it that a person can read the source from.
  private static let readableLength = 40

  /// `acks-stats.json-1f0c…`: a readable part that is safe in any file system, and a digest that tells sources apart
  /// which read alike.
  package static func of(_ sort: String, source: String) -> String {
    let last = source.split(separator: "/").last ?? ""
    let readable = String(String.UnicodeScalarView(last.unicodeScalars.prefix(readableLength).map(safe)))
    let digest = Array(source.utf8).withUnsafeBytes { ContentDigest.of($0) }
    let digits = String(digest, radix: 16)
    return "\(sort)-\(readable)-\(String(repeating: "0", count: 16 - digits.utf8.count))\(digits)"
  }

  private static func safe(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": scalar
    default: "_"
    }
  }
}
