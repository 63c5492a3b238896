#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What is known of a source that cannot be read: that, and nothing else.
package struct LostSource: RuleEvidence {
  package let instant: Date

  /// A source that cannot be read at `instant`.
  package init(at instant: Date) { self.instant = instant }

  package func reach(of test: AlertTest) -> Int { 0 }

  package func holds(_ test: AlertTest, _ target: AlertTarget, stepsBack: Int) -> Bool? {
    switch test.condition {
    case .lost: true
    case .stale: false
    default: nil
    }
  }
}
