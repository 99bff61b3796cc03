/** The law of `toTypeScript` on drawn tables: print, run, the same fingerprint. */
import { TidemillError } from '../../src/errors/index.ts'
import type { Session } from '../../src/index.ts'
import { fingerprint, type Plan } from '../../src/plan/index.ts'
import { writtenAs } from '../../src/plan/written.ts'
import { numbersFrom } from '../differential/table.ts'
import { drawnVerbs, drawTable, everyMethod, type Making, type Table } from './draw-plans.ts'
import { runPrograms } from './run-programs.ts'
import { openSources } from './sources.ts'

/** What came of it. */
export interface Explored {
  /** The programs that broke the law: what went wrong, and their text. */
  readonly wrong: readonly string[]
  /** How many were run. */
  readonly programs: number
  /** The verbs that were written, and the methods that were called. */
  readonly verbs: ReadonlySet<string>
  readonly methods: ReadonlySet<string>
}

/** Draws so many tables from a seed on, one a seed, and some that call every method; prints and runs them. */
export async function explorePrograms(tm: Session, folder: string, { from, seeds }: { from: number; seeds: number }): Promise<Explored> {
  const sources = await openSources(tm, folder)
  const used = { verbs: new Set<string>(), methods: new Set<string>() }
  const tables: Record<string, Table> = {}
  for (let seed = from; seed < from + seeds; seed++) {
    // Near seeds of the generator begin alike.
    const draw = numbersFrom(Math.imul(seed, 2_654_435_761))
    const making: Making = { draw, sources, used }
    const table = drawTable(making, drawnVerbs[seed % drawnVerbs.length])
    for (const verb of verbsOf(table.plan)) used.verbs.add(verb)
    tables[`seed ${seed}`] = table
  }
  const making: Making = { draw: numbersFrom(from), sources, used }
  for (const [index, table] of everyMethod(making).entries()) tables[`methods ${index}`] = table
  const programs: Record<string, string> = {}
  const wrong: string[] = []
  for (const [name, table] of Object.entries(tables))
    try {
      programs[name] = table.toTypeScript()
    } catch (error) {
      if (!(error instanceof TidemillError)) throw error
      wrong.push(`${name}: ${error.code} ${error.message}`)
    }
  const found = await runPrograms(folder, programs)
  for (const [name, text] of Object.entries(programs)) {
    const table = tables[name]
    if (table === undefined || found[name] === fingerprint(table.plan)) continue
    wrong.push(`${name}: ${found[name] ?? 'no table'}\n${text}`)
  }
  return { wrong, programs: Object.keys(programs).length, verbs: used.verbs, methods: used.methods }
}

/** The verbs that a plan was made by. */
function verbsOf(plan: Plan): readonly string[] {
  const how = writtenAs(plan)
  if (how?.how !== 'verb') return []
  const { other, others } = how.args as { readonly other?: Plan; readonly others?: readonly Plan[] }
  const inputs = [how.input, ...(others ?? (other === undefined ? [] : [other]))]
  return [how.verb, ...inputs.flatMap(verbsOf)]
}
