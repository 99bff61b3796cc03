import { Worker } from 'node:worker_threads'

/**
 * The options of this process that a worker thread may have too: those that name the program itself would run it again in the thread, and those of the whole process
 * (`--max-old-space-size=8000`) are refused there.
 */
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
  const refused = refusedOptions(kept)
  return kept.filter(option => !refused.has(option))
}

/** Only Node knows which they are: asked for a thread with one option that is refused for sure, it names all of them and starts none. */
function refusedOptions(options: readonly string[]): ReadonlySet<string> {
  if (options.length === 0) return new Set()
  try {
    const started = new Worker('', { eval: true, execArgv: [...options, '--expose-gc'] })
    void started.terminate()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_WORKER_INVALID_EXEC_ARGV') return new Set(message.slice(message.indexOf(': ') + 2).split(', '))
    throw error
  }
  return new Set()
}

function takesValue(option: string, next: string | undefined): boolean {
  return next !== undefined && (option === '-e' || option === '-p' || option === '-pe' || !next.startsWith('-'))
}
