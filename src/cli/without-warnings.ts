/** Leaves out what Node says of its own experimental features; other warnings are shown. `tidemill run` does the same for programs. */
export function withoutExperimentalWarnings(): void {
  const warn = process.emitWarning
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]): void => {
    const [kind] = rest
    const type = typeof kind === 'object' && kind !== null && 'type' in kind ? kind.type : kind
    if (type !== 'ExperimentalWarning') Reflect.apply(warn, process, [warning, ...rest])
  }) as typeof process.emitWarning
}
