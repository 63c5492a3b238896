extension UInt64 {
  /// These bits mixed so that every one depends on every other; no two numbers give the same.
  ///
  /// The mixing function of SplitMix64 by Sebastiano Vigna.
  package var mixed: UInt64 {
    var value = self
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
