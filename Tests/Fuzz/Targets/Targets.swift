/// Every reader of bytes from outside.
///
/// Not here: the configuration file. Its reader lives in a program, which only tests can link, so that its mutants are run
/// by a test of that program.
let fuzzTargets: [FuzzTarget] =
  [
    snapshotTarget, panelTarget, eventsTarget, instantTarget, gzipTarget, urlTarget, globTarget, textTarget, keysTarget,
  ] + internalTargets

#if DEBUG
  /// Those that reach into their targets, as tests do.
  let internalTargets = [panesTarget, bodyTarget, queryTarget, headTarget, streamTarget]
#else
  let internalTargets: [FuzzTarget] = []
#endif
