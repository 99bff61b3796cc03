import { isPassing } from '../fields.ts'
import type { Plan, ProjectNode } from '../nodes.ts'
import { problem } from '../problem.ts'
import type { Transform } from '../seams.ts'
import { type SqlGap, type Written, writtenAs } from '../written.ts'
import { aloneText } from './constant-text.ts'
import { sourceText } from './source-text.ts'
import { propertyName, quoted } from './value-text.ts'
import { type Program, verbText } from './verb-text.ts'

/** What a program may call of `tidemill`. */
const free = [
  'calendarDate',
  'coalesce',
  'col',
  'count',
  'countDistinct',
  'cumeDist',
  'decimal',
  'denseRank',
  'greatest',
  'interval',
  'least',
  'list',
  'listOf',
  'lit',
  'localDateTime',
  'makeDate',
  'makeDatetime',
  'map',
  'ntile',
  'oneOf',
  'percentRank',
  'range',
  'rank',
  'rowNumber',
  'sql',
  'struct',
  'structOf',
  'timeOfDay',
  'when',
]

/**
 * The program that makes a plan: its sources, its verbs as they were written, its expressions. When it runs where the same files lie, its table has the same
 * fingerprint; functions of the user are told apart by the file they stand in, so a plan that holds one has another.
 *
 * A fitted model is no text: the program has a constant for it that has to be filled in, and says so.
 *
 * @throws plan.no-program for what no text makes again: many rows in memory, rows kept with the engine, functions that import other files
 */
export function toTypeScript(plan: Plan): string {
  return new ProgramText(plan).text()
}

class ProgramText implements Program {
  readonly #plan: Plan
  readonly #uses: ReadonlyMap<Plan, number>
  readonly #names = new Map<Plan, string>()
  readonly #steps = new Map<Transform, string>()
  readonly #taken = new Set(['tm', 'table', 'r', 'a', 'b', ...free])
  readonly #connectors = new Set<string>()
  readonly #lines: string[] = []

  constructor(plan: Plan) {
    this.#plan = plan
    this.#uses = usesIn(plan)
  }

  text(): string {
    const table = this.#chain(this.#plan, 'table')
    const body = [...this.#lines, `const table = ${table}`].join('\n')
    const used = free.filter(name => new RegExp(`(?<![.\\w$'"])${name === 'sql' ? 'sql([.]id)?' : name}\\(`).test(body))
    return [
      `import { ${[...used, 'tidemill'].join(', ')} } from 'tidemill'`,
      ...(this.#connectors.size === 0 ? [] : [`import { ${[...this.#connectors].toSorted().join(', ')} } from 'tidemill/connectors'`]),
      '',
      'const tm = await tidemill()',
      body,
      'await table.show()',
      'await tm.close()',
      '',
    ].join('\n')
  }

  nameOf(plan: Plan): string {
    const known = this.#names.get(plan)
    if (known !== undefined) return known
    const how = writtenAs(plan)
    const name = this.#free(how?.how === 'read' ? fileName(how.source.options) : 'other')
    // The names of what it is made of come first.
    const text = this.#chain(plan, name)
    this.#lines.push(`const ${name} = ${text}`)
    this.#names.set(plan, name)
    return name
  }

  stepOf(step: Transform): string {
    const known = this.#steps.get(step)
    if (known !== undefined) return known
    const name = this.#free('model')
    this.#steps.set(step, name)
    this.#lines.push(
      `// A fitted ${step.kind} is no text. Put yours here, as: (await loadModel('folder')) of 'tidemill/ml', or await tm.models.get('name@champion').`,
      `const ${name} = undefined as never`,
    )
    return name
  }

  define(name: string, text: string): string {
    if (this.#taken.has(name)) throw problem('plan.no-program', `two functions need a name of the program: ${name}`, undefined)
    this.#taken.add(name)
    this.#lines.push(text)
    return name
  }

  /** The steps from the nearest plan that has a name, in lines of their own. */
  #chain(plan: Plan, name: string): string {
    const steps: { readonly verb: string; readonly args: object; readonly input: Plan }[] = []
    let at = plan
    for (;;) {
      if (this.#names.has(at) || (at !== plan && (this.#uses.get(at) ?? 0) > 1)) return this.#written(this.nameOf(at), steps)
      const how = writtenAs(at) ?? byNode(at)
      if (how.how !== 'verb') {
        const start = this.#start(how)
        if (steps.length === 0) return start
        const source = this.#free(how.how === 'read' ? fileName(how.source.options) : 'source', name)
        this.#lines.push(`const ${source} = ${start}`)
        this.#names.set(at, source)
        return this.#written(source, steps)
      }
      steps.push(how)
      at = how.input
    }
  }

  #written(start: string, steps: readonly { readonly verb: string; readonly args: object; readonly input: Plan }[]): string {
    const texts = steps.toReversed().map(({ verb, args, input }) => verbText(verb, args, input, this))
    const line = `${start}${texts.join('')}`
    return texts.length <= 1 || line.length <= 100 ? line : `${start}${texts.map(text => `\n  ${text}`).join('')}`
  }

  #start(how: Exclude<Written, { readonly how: 'verb' }>): string {
    if (how.how === 'cache') return `await (${this.#chain(how.input, 'cached')}).cache()`
    if (how.how === 'sql') {
      const tables = Object.entries(how.tables).map(([name, plan]) => `${propertyName(name)}: ${this.nameOf(plan)}`)
      return `await tm.sql(${quoted(how.text)}${tables.length === 0 ? '' : `, { tables: { ${tables.join(', ')} } }`})`
    }
    if (how.how === 'sqlTemplate') {
      const text = how.strings.map(piece => piece.replaceAll('`', '\\`').replaceAll('${', '\\${'))
      return `await tm.sql\`${text.map((piece, at) => `${piece}${this.#gap(how.gaps[at])}`).join('')}\``
    }
    return `await tm.read(${sourceText(how.source, this.#connectors)})`
  }

  #gap(gap: SqlGap | undefined): string {
    if (gap === undefined) return ''
    if ('table' in gap) return `\${${this.nameOf(gap.table)}}`
    if ('name' in gap) return `\${sql.id(${quoted(gap.name)})}`
    return 'value' in gap ? `\${${aloneText(gap.value)}}` : `\${[${gap.values.map(aloneText).join(', ')}]}`
  }

  #free(wanted: string, taken?: string): string {
    let name = wanted
    for (let n = 2; this.#taken.has(name) || name === taken; n++) name = `${wanted}${n}`
    this.#taken.add(name)
    return name
  }
}

/** How often each plan is an input, so that what is read twice is written once. */
function usesIn(root: Plan): ReadonlyMap<Plan, number> {
  const uses = new Map<Plan, number>()
  const open = [root]
  for (let plan = open.pop(); plan !== undefined; plan = open.pop()) {
    for (const input of madeOf(plan)) {
      const before = uses.get(input) ?? 0
      uses.set(input, before + 1)
      if (before === 0) open.push(input)
    }
  }
  return uses
}

function madeOf(plan: Plan): readonly Plan[] {
  const how = writtenAs(plan) ?? byNode(plan)
  if (how.how === 'read') return []
  if (how.how === 'sql') return Object.values(how.tables)
  if (how.how === 'sqlTemplate') return how.gaps.flatMap(gap => ('table' in gap ? [gap.table] : []))
  if (how.how === 'cache') return [how.input]
  const { other, others } = how.args as { readonly other?: Plan; readonly others?: readonly Plan[] }
  return [how.input, ...(others ?? (other === undefined ? [] : [other]))]
}

/** What says the same as a node that nobody has written down, as those a rule has made. */
function byNode(plan: Plan): Written {
  switch (plan.node) {
    case 'scan': {
      if ('files' in plan.source.options || plan.where !== undefined || plan.limit !== undefined) break
      return { how: 'read', source: plan.source }
    }
    case 'filter':
      return { how: 'verb', verb: 'filter', input: plan.input, args: { where: plan.where } }
    case 'project':
      return { how: 'verb', ...projected(plan), input: plan.input }
    case 'aggregate':
      if (plan.window !== undefined || plan.running !== undefined || plan.sets !== undefined || plan.aggs.length === 0) break
      return { how: 'verb', verb: 'aggregate', input: plan.input, args: { keys: plan.keys, aggs: plan.aggs } }
    case 'sort':
      return { how: 'verb', verb: 'sort', input: plan.input, args: { by: plan.by } }
    case 'limit':
      return { how: 'verb', verb: 'limit', input: plan.input, args: { rows: plan.rows, offset: plan.offset } }
    default:
  }
  throw problem('plan.no-program', `step that no text makes again: ${plan.node === 'scan' ? plan.source.kind : plan.node}`, plan.at, {
    hint: 'write its rows to a file and read that: await table.write(parquet(path))',
  })
}

function projected(node: ProjectNode): { readonly verb: string; readonly args: object } {
  if (node.notNull !== undefined) return { verb: 'as', args: { schema: node.fields } }
  return { verb: 'select', args: { columns: node.columns.map(column => (isPassing(column) ? column.name : column)) } }
}

/** A name for a table out of the name of its file. */
function fileName(options: object): string {
  const { path, table } = options as { readonly path?: unknown; readonly table?: unknown }
  const last =
    typeof table === 'string' ? table : typeof path === 'string' ? path.split(/[\\/]/).findLast(part => /[A-Za-z]/.test(part)) : ''
  const words = (last ?? '').replace(/\.[^.]*$/, '').match(/[A-Za-z][A-Za-z0-9]*/g) ?? []
  const name = words.map((word, at) => (at === 0 ? word.toLowerCase() : `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`)).join('')
  return name === '' ? 'source' : reserved.has(name) ? `${name}Table` : name
}

const reserved: ReadonlySet<string> = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield arguments eval undefined NaN Infinity Date RegExp Map Uint8Array'.split(
    ' ',
  ),
)
