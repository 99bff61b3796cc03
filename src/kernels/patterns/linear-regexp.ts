import { type PatternProgram, patternProgram } from './pattern-program.ts'
import { runProgram, SeenStates } from './run-program.ts'

interface Kept {
  readonly program: PatternProgram
  readonly seen: SeenStates
}
const programs = new Map<string, Kept>()
const mostPrograms = 64

/** A regular expression that never takes much longer for one text than for another of its length. The methods of texts (`matchAll`, `replace`) ask `exec`. */
export class LinearRegExp extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    const moves = this.global || this.sticky
    const from = moves ? this.lastIndex : 0
    const { program, seen } = this.#kept()
    const found = from > text.length ? null : runProgram(program, seen, text, from, this.sticky)
    if (moves) this.lastIndex = found === null ? 0 : (found[1] as number)
    if (found === null) return null
    const texts = Array.from({ length: program.groups + 1 }, (_, group) => {
      const [start = -1, end = -1] = found.subarray(2 * group, 2 * group + 2)
      return start < 0 || end < 0 ? undefined : text.slice(start, end)
    })
    return Object.assign(texts as [string, ...string[]], { index: found[0] as number, input: text }) as RegExpExecArray
  }

  #kept(): Kept {
    const flags = this.flags.replace(/[gy]/g, '')
    const key = `${flags}/${this.source}`
    const known = programs.get(key)
    if (known !== undefined) return known
    const program = patternProgram(written(this.source), flags)
    const made = { program, seen: new SeenStates(program) }
    if (programs.size >= mostPrograms) programs.clear()
    programs.set(key, made)
    return made
  }
}

/** The pattern that a `source` came from: an empty one and line ends have forms of their own there. */
function written(source: string): string {
  if (source === '(?:)') return ''
  return source.replace(/\\(?:u(202[89])|[^])/g, (all, end?: string) =>
    end === undefined ? all : String.fromCharCode(Number.parseInt(end, 16)),
  )
}
