#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether surely fewer jobs end than usual at this time of day.
///
/// The number of jobs that end in a while is taken for a Poisson count with the usual mean: it is quiet where so few
/// would come with a probability under ``doubt``. Real work varies more than such a count, the more the larger the mean;
/// so it must be no more than half of the mean, too. The probability is the sum of the terms `e^−μ μ^k ÷ k!` up to the
/// observed count (S. D. Poisson, "Recherches sur la probabilité des jugements", 1837).
package enum QuietRule {
  /// How many minutes are looked at: the finished ones.
  package static let minutes = 15
  /// How many runs must be usual in them for a judgement.
  package static let leastExpected = 10.0
  /// How many days must have reported the hour for its mean to be usual.
  package static let leastDays = 7
  /// The probability under which so few are no chance.
  static let doubt = 0.001
  /// What is no more than this share of the mean may be quiet.
  static let share = 0.5

  /// Whether `observed` runs are surely fewer than `expected`, the mean of the days before, and than `most`, which
  /// comparable days had: a Sunday is compared with a Sunday.
  package static func isQuiet(observed: Int, expected: Double, most: Double = .infinity) -> Bool {
    let mean = min(expected, most)
    guard expected >= leastExpected, Double(observed) <= share * mean else { return false }
    return probability(ofAtMost: observed, mean: mean) < doubt
  }

  /// The probability that a Poisson count with this mean, over 0, is at most `count`, from 0.
  package static func probability(ofAtMost count: Int, mean: Double) -> Double {
    func share(_ count: Double) -> Double { exp(count * log(mean) - mean - lgamma(count + 1)) }
    // Always away from the mean, where the largest terms are: far from it one may be too small for a number.
    if Double(count) >= mean { return 1 - probability(ofAtLeast: Double(count) + 1, share(Double(count) + 1), mean) }
    // Each is the one above it times k ÷ μ.
    var term = share(Double(count))
    var sum = term
    var k = Double(count)
    while k > 0, term > sum * 1e-12 {
      term *= k / mean
      sum += term
      k -= 1
    }
    return min(sum, 1)
  }

  /// The probability of at least `count`, over the mean, whose own term is `first`: each is the one below it times μ ÷ k.
  private static func probability(ofAtLeast count: Double, _ first: Double, _ mean: Double) -> Double {
    var (term, sum, k) = (first, first, count)
    while term > sum * 1e-12 {
      k += 1
      term *= mean / k
      sum += term
    }
    return min(sum, 1)
  }
}
