/** The options of this process that a worker thread may have too: those that name the program itself would run it again in the thread, or are refused there. */
export function inheritedOptions(options: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < options.length; i++) {
    const option = options[i] ?? ''
    if (/^(-e|-p|-pe|--eval|--print|--input-type|-r|--require|--import)$/.test(option)) i += takesValue(option, options[i + 1]) ? 1 : 0
    else if (
      !/^(-i|--interactive|-c|--check|--test|--watch|--inspect.*|--(eval|print|input-type|require|import|test|watch)\b.*)$/.test(option)
    )
      kept.push(option)
  }
  return kept
}

function takesValue(option: string, next: string | undefined): boolean {
  return next !== undefined && (option === '-e' || option === '-p' || option === '-pe' || !next.startsWith('-'))
}
