import Dashboard

extension DashboardReader {
  /// What an effect beside the readings ends with; nothing for an effect that is none.
  package func answer(_ effect: Effect) async -> [Message] {
    switch effect {
    case .readPast(let wish, let window): [.pastRead(await past(wish, opening: window))]
    case .readMarks: [await readMarks()]
    case .mark(let text): [await mark(text)]
    case .readMessages(let slotID): [await readMessages(of: slotID)]
    case .compare(let question): [.compared(question.answer)]
    case .makeHandover(let question): [.handoverEnded(await handover(of: question))]
    case .save(let text): [.noted(save(text))]
    case .onCall(let effect): await onCall?.perform(effect) ?? []
    case .read, .readChanged, .gather, .focus, .copy, .redraw, .quit: []
    }
  }
}
