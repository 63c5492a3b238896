import SlotStats

/// Where the columns of the slots table stand on a screen of some width.
struct TableLayout: Equatable {
  /// One column's cells, its suffix included.
  struct Span: Equatable {
    var start: Int
    var width: Int
    /// The last column.
    var end: Int { start + width - 1 }
  }

  /// The mark and the cursor stand before the first column.
  static let marginWidth = 3
  /// The least width of a title before a screen gets one more column, and beyond which it grows only as needed.
  static let titleWidth = 29
  /// The width from which numbers have more room.
  static let roomyWidth = 120
  /// The width from which the slot under the cursor is shown beside the table, and what that takes.
  static let panelWidth = (screen: 200, panel: 55)

  /// The columns of an id, and of a name beside it, that numbers do not take.
  private static let (keptID, keptName) = (16, 8)

  /// The columns that a ratio with its arrow takes at least.
  private static let leastRatio = 5

  /// How many bars a row has at most where there is no room for all.
  static let compactBars = 14

  /// The shown columns from left to right.
  let columns: [TableColumn]
  private let spans: [TableColumn.ID: Span]
  /// The first column right of the table.
  let end: Int
  /// The cells after the runs that ` 2d` takes; 0 where that has no room.
  private let suffixWidth: Int
  /// Whether the slot under the cursor is shown beside the table.
  let hasPanel: Bool

  /// The cells of a column; `nil` if it is not shown.
  subscript(id: TableColumn.ID) -> Span? { spans[id] }

  /// Whether `2d` has room after the runs.
  var hasSuffix: Bool { suffixWidth > 0 }

  /// The cells that a number of this column has.
  func numberWidth(_ id: TableColumn.ID) -> Int { (spans[id]?.width ?? 0) - (id == .runs ? suffixWidth : 0) }

  /// The last cell of a column's numbers: before the ratio's arrow, and before the `2d` of the runs.
  func numberEnd(_ id: TableColumn.ID) -> Int? {
    guard let span = spans[id] else { return nil }
    switch id {
    case .ratio, .recent: return span.end - 1
    case .runs: return span.end - suffixWidth
    default: return span.end
    }
  }

  init(width: Int, extents: ColumnExtents, window: StatsWindow, hasRecent: Bool = false) {
    var suffixWidth = Self.suffixWidth(window)
    let isRoomy = width >= Self.roomyWidth
    hasPanel = width >= Self.panelWidth.screen
    let available = width - (hasPanel ? Self.panelWidth.panel : 0)

    func least(_ column: TableColumn) -> Int {
      column.gap + (isRoomy ? column.width.roomy : column.width.compact)
    }
    let shown = Self.choose(available, from: TableColumn.base.filter { $0 != .recent || hasRecent }, least: least)
    let columns = TableColumn.all.filter { shown.contains($0.id) }

    var widths: [TableColumn.ID: Int] = [:]
    for column in columns {
      let floor = isRoomy ? column.width.roomy : column.width.compact
      widths[column.id] = max(floor, Self.needed(column.id, extents: extents, window: window))
    }
    widths[.bars] = Self.barsWidth(min(window.shownBuckets, Self.compactBars))
    widths[.otherBars] = Self.barsWidth(min(window.companion.shownBuckets, Self.compactBars))
    // All of them where the columns leave so much room, whatever their numbers.
    let floors = columns.reduce(Self.marginWidth + Self.titleWidth) { sum, column in
      column.id == .title || column.id == .bars ? sum : sum + least(column)
    }
    if isRoomy, floors + 1 + Self.barsWidth(window.shownBuckets) <= available {
      widths[.bars] = Self.barsWidth(window.shownBuckets)
    }
    func room() -> Int {
      available - columns.reduce(Self.marginWidth) { $0 + ($1.id == .title ? 0 : $1.gap + (widths[$1.id] ?? 0)) }
    }
    // Counts are written shorter before a name has less than it needs to be told.
    let id = min(extents.id, Self.keptID)
    let name = min(extents.title, id + 1 + Self.keptName)
    for column in columns.reversed() where room() < name && column.id.count(in: .zero) != nil {
      let floor = isRoomy ? column.width.roomy : column.width.compact
      widths[column.id] = max(floor, (widths[column.id] ?? 0) - (name - room()))
    }
    // On the narrowest screens the worst slot's id comes before what makes its runs special.
    if room() < id {
      suffixWidth = 0
      widths[.runs] = Self.digits(extents.runs)
    }
    if room() < id { widths[.ratio] = Self.leastRatio }
    widths[.title] = max(1, min(room(), max(Self.titleWidth, extents.title)))
    self.suffixWidth = suffixWidth

    var column = Self.marginWidth
    var spans: [TableColumn.ID: Span] = [:]
    for spec in columns {
      let width = widths[spec.id] ?? 0
      column += spec.gap
      spans[spec.id] = Span(start: column, width: width)
      column += width
    }
    self.columns = columns
    self.spans = spans
    end = column
  }

  /// Which columns a screen has: by its width alone, so that no number makes a column come or go.
  private static func choose(
    _ width: Int, from base: [TableColumn.ID], least: (TableColumn) -> Int
  ) -> Set<TableColumn.ID> {
    var shown = Set(base)
    func title() -> Int {
      width - marginWidth
        - TableColumn.all.reduce(0) { $0 + ($1.id != .title && shown.contains($1.id) ? least($1) : 0) }
    }
    for id in TableColumn.losses where title() < 20 { shown.remove(id) }
    for id in TableColumn.extras {
      shown.insert(id)
      if title() < titleWidth {
        shown.remove(id)
        break
      }
    }
    return shown
  }

  /// A blank, the most buckets of a judged sample, and the window's letter.
  private static func suffixWidth(_ window: StatsWindow) -> Int { 2 + String(window.maxJudgedBuckets).utf8.count }

  private static func needed(_ id: TableColumn.ID, extents: ColumnExtents, window: StatsWindow) -> Int {
    switch id {
    case .provider: return min(extents.provider, 24)
    case .failed: return digits(extents.runs)
    case .runs: return digits(extents.runs) + suffixWidth(window)
    case .open: return digits(extents.open)
    default: return id.count(in: extents.counters).map(digits) ?? 0
    }
  }

  /// The columns of the widest count up to `value`.
  private static func digits(_ value: Int) -> Int { NumberText.count(min(value, 99_999)).utf8.count }

  /// A glyph a bucket, and the line before the last one.
  private static func barsWidth(_ bars: Int) -> Int { bars + 1 }

  static func == (left: TableLayout, right: TableLayout) -> Bool { left.spans == right.spans }
}
