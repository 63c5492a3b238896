import SlotStats

/// One thing that goes wrong with some of the answers.
package struct StandInFault: Codable, Hashable, Sendable {
  /// What is sent in the place of the body.
  package enum Body: String, Codable, Sendable {
    /// A web page.
    case html
    /// JSON with a trailing comma.
    case invalid
    /// JSON whose numbers are texts.
    case types
    /// The first half of what it should be.
    case truncated
    /// Nothing.
    case empty
  }

  /// The path it goes wrong at; a `*` at the end stands for anything.
  package var path: String
  /// The status that is answered, with an error's body.
  package var status: Int?
  /// `Retry-After` with that status, in seconds.
  package var retryAfter: Int?
  /// How long ago the answer was made, in seconds, as one that was kept on the way says in `Age`.
  package var age: Int?
  /// How long the answer waits before its first byte, in milliseconds.
  package var delay: Int?
  /// How long the answer waits between its head and its body, in milliseconds.
  package var bodyDelay: Int?
  /// What stands in the place of the body.
  package var body: Body?
  /// Whether the request is held until it is let go.
  package var holds: Bool?
  /// Every how many requests it goes wrong, from the first one on: 2 for good and bad in turn.
  package var every: Int?
  /// How often it goes wrong at most.
  package var times: Int?

  /// A fault at `path`.
  package init(
    _ path: String, status: Int? = nil, retryAfter: Int? = nil, age: Int? = nil, delay: Int? = nil,
    bodyDelay: Int? = nil,
    body: Body? = nil, holds: Bool? = nil, every: Int? = nil, times: Int? = nil
  ) {
    self.path = path
    self.status = status
    self.retryAfter = retryAfter
    self.age = age
    self.delay = delay
    self.bodyDelay = bodyDelay
    self.body = body
    self.holds = holds
    self.every = every
    self.times = times
  }

  func matches(_ path: String) -> Bool {
    self.path.hasSuffix("*") ? path.hasPrefix(self.path.dropLast()) : path == self.path
  }
}

/// How a deployment differs from others, in what all its answers are like.
package struct StandInHabits: Codable, Hashable, Sendable {
  /// Whether periods are plain dates with inclusive ends, and `to` is inclusive too.
  package var plainDates = false
  /// Whether `errors` is the sum of the other kinds.
  package var errorsAsSum = false
  /// Whether the totals of summaries are wrong.
  package var wrongTotals = false
  /// How far the panel's clock is ahead, in seconds; its buckets follow.
  package var clockOffset = 0.0
  /// How many days old the newest bucket is, with a clock that is right.
  package var daysOld = 0
  /// Whether answers have an `ETag`.
  package var etags = true
  /// How many slots a page of the list has; all of them if `nil`.
  package var slotsPage: Int?
  /// How many rows a page has at most, whatever is asked for.
  package var pageLimit = 50
  /// What the list says of the panel's windows, in its words; nothing if `nil`.
  package var windows: [String]?
  /// What slots are grouped by.
  package var slotWindows: Set<StatsWindow> = [.hour, .day, .week]
  /// What all slots together are grouped by.
  package var globalWindows = StatsWindow.usual
  /// The status of the answer to any other grouping.
  package var refusal = 400

  /// What panels usually do.
  package init() {}

  /// What ours does: everything, and it says so.
  package static var ours: StandInHabits {
    var habits = StandInHabits()
    habits.windows = StatsWindow.allCases.map(\.rawValue)
    habits.slotWindows = Set(StatsWindow.allCases)
    habits.globalWindows = Set(StatsWindow.allCases)
    return habits
  }

  /// The habits that are named; the others are as usual.
  package init(from decoder: any Decoder) throws {
    let given = try decoder.container(keyedBy: CodingKeys.self)
    plainDates = try given.decodeIfPresent(Bool.self, forKey: .plainDates) ?? plainDates
    errorsAsSum = try given.decodeIfPresent(Bool.self, forKey: .errorsAsSum) ?? errorsAsSum
    wrongTotals = try given.decodeIfPresent(Bool.self, forKey: .wrongTotals) ?? wrongTotals
    clockOffset = try given.decodeIfPresent(Double.self, forKey: .clockOffset) ?? clockOffset
    daysOld = try given.decodeIfPresent(Int.self, forKey: .daysOld) ?? daysOld
    etags = try given.decodeIfPresent(Bool.self, forKey: .etags) ?? etags
    slotsPage = try given.decodeIfPresent(Int.self, forKey: .slotsPage)
    pageLimit = try given.decodeIfPresent(Int.self, forKey: .pageLimit) ?? pageLimit
    windows = try given.decodeIfPresent([String].self, forKey: .windows)
    slotWindows = try given.decodeIfPresent(Set<StatsWindow>.self, forKey: .slotWindows) ?? slotWindows
    globalWindows = try given.decodeIfPresent(Set<StatsWindow>.self, forKey: .globalWindows) ?? globalWindows
    refusal = try given.decodeIfPresent(Int.self, forKey: .refusal) ?? refusal
  }
}

/// What `POST /control` takes; what is absent stays.
package struct StandInControl: Codable, Sendable {
  /// These habits.
  package var habits: StandInHabits?
  /// These faults, in place of those before.
  package var faults: [StandInFault]?
  /// Slots that are no longer there.
  package var drop: [String]?
  /// Runs that are added to the current buckets.
  package var advance: Advance?
  /// Whether held requests are let go.
  package var release: Bool?
  /// Whether tokens that were given at a login end.
  package var expireTokens: Bool?
  /// Whether the log is emptied.
  package var clearLog: Bool?

  /// Runs that are added.
  package struct Advance: Codable, Sendable {
    /// The slots; all of them if `nil`.
    package var slots: [String]?
    /// How much is added, by the documents' names.
    package var by: [String: Int]
  }
}
