import { type PatternProgram, patternProgram } from './pattern-program.ts'
import { runProgram, SeenStates } from './run-program.ts'

interface Machine {
  readonly program: PatternProgram
  readonly seen: SeenStates
}

/** A regular expression that never takes much longer for one text than for another of its length. The methods of texts (`matchAll`, `replace`) ask `exec`. */
export class LinearRegExp extends RegExp {
  readonly #machine: Machine

  /** `matchAll` and `split` make a copy for each text, which has the machine of the one it is made from. @throws expr.regex */
  constructor(pattern: string | RegExp, flags?: string) {
    super(pattern, flags)
    this.#machine = pattern instanceof LinearRegExp ? pattern.#machine : machineOf(this)
  }

  override exec(text: string): RegExpExecArray | null {
    const moves = this.global || this.sticky
    const from = moves ? this.lastIndex : 0
    const { program, seen } = this.#machine
    const found = from > text.length ? null : runProgram(program, seen, text, from, this.sticky)
    if (moves) this.lastIndex = found === null ? 0 : (found[1] as number)
    if (found === null) return null
    const texts = Array.from({ length: program.groups + 1 }, (_, group) => {
      const [start = -1, end = -1] = found.subarray(2 * group, 2 * group + 2)
      return start < 0 || end < 0 ? undefined : text.slice(start, end)
    })
    return Object.assign(texts as [string, ...string[]], { index: found[0] as number, input: text }) as RegExpExecArray
  }
}

function machineOf({ source, flags }: RegExp): Machine {
  const program = patternProgram(written(source), flags.replace(/[gy]/g, ''))
  return { program, seen: new SeenStates(program) }
}

/** The pattern that a `source` came from: an empty one and line ends have forms of their own there. */
function written(source: string): string {
  if (source === '(?:)') return ''
  return source.replace(/\\(?:u(202[89])|[^])/g, (all, end?: string) =>
    end === undefined ? all : String.fromCharCode(Number.parseInt(end, 16)),
  )
}
