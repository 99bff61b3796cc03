/** Does something that Node calls experimental, without the line that says so. Node 24 has what we use as stable in effect; a change would fail our tests. */
export function withoutWarnings<T>(work: () => T): T {
  const warn = process.emitWarning
  process.emitWarning = () => undefined
  try {
    return work()
  } finally {
    process.emitWarning = warn
  }
}
