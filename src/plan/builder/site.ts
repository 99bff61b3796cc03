import type { CallSite } from '../../errors/index.ts'

const own = new URL('../..', import.meta.url).href
const frames = 12

/**
 * Where the user wrote a verb, found out when somebody asks: every verb notes its place, few are ever looked up, and making a stack readable costs
 * ten times as much as keeping it.
 */
export function lazySite(): CallSite {
  return new LazySite()
}

class LazySite implements CallSite {
  readonly #trace: { readonly stack?: string }
  #found: CallSite | undefined

  constructor() {
    const depth = Error.stackTraceLimit
    Error.stackTraceLimit = frames
    const trace = {}
    Error.captureStackTrace(trace, LazySite)
    Error.stackTraceLimit = depth
    this.#trace = trace
  }

  get file(): string {
    return this.#place().file
  }
  get line(): number {
    return this.#place().line
  }
  get column(): number {
    return this.#place().column
  }
  toJSON(): CallSite {
    const { file, line, column } = this.#place()
    return { file, line, column }
  }

  #place(): CallSite {
    this.#found ??= outside(this.#trace.stack ?? '')
    return this.#found
  }
}

/** The first frame outside this package; tests of this package count as outside. */
function outside(stack: string): CallSite {
  for (const text of stack.split('\n')) {
    const frame = /(?:\(|at (?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]+):(\d+):(\d+)\)?$/.exec(text)
    const file = frame?.[1]
    if (frame === null || file === undefined || isOwn(file)) continue
    return { file, line: Number(frame[2]), column: Number(frame[3]) }
  }
  return { file: 'unknown', line: 0, column: 0 }
}

function isOwn(file: string): boolean {
  if (/\.test(-d)?\.ts$/.test(file)) return false
  const url = file.startsWith('file://') ? file : `file://${file}`
  return url.startsWith(own) || url.includes('/node_modules/')
}
