extension InMemoryJobQueue {
  /// Makes a lease end `time` from now, and says whether the job was called off.
  public func extend(_ lease: JobLease, for time: Duration) throws -> Bool {
    var entry = try held(lease)
    entry.version += 1
    entries[lease.job.id] = entry
    planned.insert(Planned(id: lease.job.id, version: entry.version), due: clock.now + time)
    return entry.isCalledOff
  }

  /// Forgets the job.
  public func complete(_ lease: JobLease) throws {
    _ = try held(lease)
    entries[lease.job.id] = nil
    enqueuers.popFirst()?.resume()
  }

  /// Hands the job out again after `pause`, as the next attempt.
  public func retry(_ lease: JobLease, after pause: Duration) throws {
    var entry = try held(lease)
    entry.job = entry.job.atAttempt(entry.job.attempt + 1)
    // A job that was called off waits for nothing.
    letWait(entry, for: entry.isCalledOff ? .zero : pause)
  }

  /// Hands the job out again, before all others, as the same attempt.
  public func handBack(_ lease: JobLease) throws {
    var entry = try held(lease)
    entry.token = nil
    entry.version += 1
    entries[lease.job.id] = entry
    ready.prepend(Planned(id: lease.job.id, version: entry.version))
    handOut()
  }

  /// Calls a job off, and says whether the queue holds it.
  public func cancel(_ jobID: Job.ID) -> Bool {
    guard var entry = entries[jobID] else { return false }
    entry.isCalledOff = true
    if entry.token != nil {
      entries[jobID] = entry
    } else {
      letWait(entry, for: .zero)
    }
    return true
  }

  /// Hands waiting jobs to waiting takers, and sees to it that this is done again when the next job falls due.
  func handOut() {
    let now = clock.now
    while !takers.isEmpty, let id = nextReady(now), var entry = entries[id], let taker = takers.popFirst() {
      let token = nextNumber()
      entry.token = token
      entry.deliveries += 1
      entry.version += 1
      entries[id] = entry
      planned.insert(Planned(id: id, version: entry.version), due: now + taker.time)
      taker.continuation.resume(
        returning: JobLease(
          job: entry.job, token: token, deliveries: entry.deliveries, isCalledOff: entry.isCalledOff,
          history: entry.history))
    }
    // Whoever takes later looks by himself; only those who wait must be called.
    if !takers.isEmpty { setAlarm(now) }
  }

  private func letWait(_ entry: Entry, for pause: Duration) {
    var entry = entry
    entry.token = nil
    entry.version += 1
    entries[entry.job.id] = entry
    let plan = Planned(id: entry.job.id, version: entry.version)
    if pause > .zero {
      planned.insert(plan, due: clock.now + pause)
    } else {
      ready.append(plan)
    }
    handOut()
  }

  /// The entry of a lease that is still good.
  func held(_ lease: JobLease) throws -> Entry {
    // A lease that has run out is lost from that instant, whether or not anybody took the job since.
    returnDue(clock.now)
    guard let entry = entries[lease.job.id], entry.token == lease.token else { throw JobQueueError.leaseLost }
    return entry
  }

  private func nextReady(_ now: Duration) -> Job.ID? {
    returnDue(now)
    while let plan = ready.popFirst() {
      if let entry = entries[plan.id], entry.version == plan.version { return plan.id }
    }
    return nil
  }

  /// Makes ready what fell due: pauses that are over and leases that ran out.
  private func returnDue(_ now: Duration) {
    while let first = planned.first, first.due <= now {
      _ = planned.removeFirst()
      guard var entry = entries[first.element.id], entry.version == first.element.version else { continue }
      entry.token = nil
      entry.version += 1
      entries[first.element.id] = entry
      ready.append(Planned(id: first.element.id, version: entry.version))
    }
  }

  private func setAlarm(_ now: Duration) {
    while let first = planned.first, entries[first.element.id]?.version != first.element.version {
      _ = planned.removeFirst()
    }
    guard let due = planned.first?.due, alarm.map({ due < $0.due }) ?? true else { return }
    alarm?.task.cancel()
    let task = Task { [weak self, clock] in
      guard (try? await clock.sleep(until: due)) != nil else { return }
      await self?.ring(due)
    }
    alarm = (due, task)
  }

  private func ring(_ due: Duration) {
    if alarm?.due == due { alarm = nil }
    handOut()
  }
}
