import JobPipeline

/// Numbers that look random and follow from a seed alone, on every machine.
///
/// SplitMix64 by Sebastiano Vigna: a counter and a mixing function.
struct SeededNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The numbers of `seed` for what the other numbers name: the same for the same, unrelated otherwise.
  init(_ seed: UInt64, _ names: UInt64...) {
    state = names.reduce(seed.mixed) { ($0 ^ ($1 &+ Self.step).mixed).mixed }
  }

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func next() -> UInt64 {
    state &+= Self.step
    return state.mixed
  }

  /// A number from 0 to below 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number about 0 with a deviation of about 1 that never leaves −3.5…3.5: four uniform ones, added.
  mutating func deviation() -> Double {
    (unit() + unit() + unit() + unit() - 2) * 1.732_050_807_568_877_2
  }

  /// A whole number near `mean`, as often above as below it, from 0.
  mutating func count(about mean: Double) -> Int {
    guard mean > 0 else { return 0 }
    return max(0, Int(mean + mean.squareRoot() * deviation() + unit()))
  }

  /// A whole number whose mean is `mean`, one of the two beside it.
  mutating func rounding(_ mean: Double) -> Int { Int(mean + unit()) }
}
