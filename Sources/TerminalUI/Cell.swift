/// One cell of a screen: a scalar with up to two combining marks and a style; 16 bytes, nothing on the heap.
package struct Cell: Hashable, Sendable {
  /// What is drawn; never a control or an invisible character. A blank in the right half of a wide character.
  package let scalar: Unicode.Scalar
  /// The combining marks, 0 where there is none; the first is set before the second.
  private var marks: (UInt32, UInt32)
  /// Columns this cell's character takes: 1, 2, or 0 for the right half of a wide one.
  package let width: UInt8
  /// How it looks.
  package var style: Style

  /// A cell of known width. The caller has made sure that `scalar` is harmless and that `width` is its width.
  init(_ scalar: Unicode.Scalar, width: UInt8 = 1, style: Style = .plain) {
    self.scalar = scalar
    self.width = width
    self.style = style
    marks = (0, 0)
  }

  /// An empty cell.
  package static let blank = Cell(" ")

  /// The first combining mark, if any.
  package var firstMark: Unicode.Scalar? { marks.0 == 0 ? nil : Unicode.Scalar(marks.0) }
  /// The second combining mark, if any.
  package var secondMark: Unicode.Scalar? { marks.1 == 0 ? nil : Unicode.Scalar(marks.1) }
  /// Whether combining marks stand on the scalar.
  package var hasMarks: Bool { marks.0 != 0 }

  /// Whether nothing is drawn here, whatever the style.
  package var isBlank: Bool { scalar == " " && marks.0 == 0 }

  /// Adds a combining mark; a third and later ones are left out.
  mutating func combine(_ mark: Unicode.Scalar) {
    if marks.0 == 0 {
      marks.0 = mark.value
    } else if marks.1 == 0 {
      marks.1 = mark.value
    }
  }

  /// Appends what is drawn here to `text`; nothing for the right half of a wide character.
  package func write(to text: inout String) {
    guard width > 0 else { return }
    text.unicodeScalars.append(scalar)
    if let firstMark { text.unicodeScalars.append(firstMark) }
    if let secondMark { text.unicodeScalars.append(secondMark) }
  }

  /// Whether scalar, marks, width and style agree.
  package static func == (one: Cell, other: Cell) -> Bool {
    one.scalar == other.scalar && one.style == other.style && one.width == other.width && one.marks == other.marks
  }

  /// Hashes what `==` compares.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(scalar)
    hasher.combine(marks.0)
    hasher.combine(marks.1)
    hasher.combine(width)
    hasher.combine(style)
  }
}
