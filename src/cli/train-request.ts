/** What was asked for on the command line of `train`, checked before anything is read. */
import { didYouMean, TidemillError } from '../errors/index.ts'
import type { TextWords } from './text-words.ts'

/** The options as the command line has them. */
export interface TrainOptions extends TextWords {
  readonly target?: string
  readonly model: string
  /** `name=value`. */
  readonly param?: readonly string[]
  /** `name=a,b,c`. */
  readonly grid?: readonly string[]
  readonly scoring?: string
  readonly folds: string
  readonly test: string
  readonly seed: string
  readonly columns?: string
  readonly drop?: string
  readonly classify?: boolean
  readonly regress?: boolean
  readonly workers?: string
  readonly register?: string
  readonly workspace: string
  readonly out?: string
  readonly replace?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}
export const modelNames = ['linear', 'logistic', 'tree', 'forest'] as const
export type ModelName = (typeof modelNames)[number]
/** `classes`: labels are told apart. `number`: a number is predicted. */
export type Task = 'classes' | 'number'

export interface TrainRequest {
  readonly target: string
  readonly model: ModelName
  readonly params: Readonly<Record<string, unknown>>
  /** Values to try; undefined without `--grid`. */
  readonly grid: Readonly<Record<string, readonly unknown[]>> | undefined
  readonly scoring: string | undefined
  readonly folds: number
  /** The share of the rows that is held out. */
  readonly test: number
  readonly seed: number
  readonly columns: readonly string[] | undefined
  readonly drop: readonly string[]
  /** Undefined: the target says. */
  readonly task: Task | undefined
  readonly workers: number | undefined
  readonly workspace: string
}

/** Reads the options. @throws cli.usage */
export function trainRequest(options: TrainOptions): TrainRequest {
  const { target } = options
  if (target === undefined || target === '')
    throw usage('no target was named: which column is to be predicted?', 'tidemill train homes.csv --target price')
  if (options.classify === true && options.regress === true) throw usage('--classify and --regress contradict each other')
  const columns = options.columns === undefined ? undefined : namesIn('--columns', options.columns)
  if (columns?.includes(target) === true) throw usage(`the target cannot be a feature: ${target}`, 'leave it out of --columns')
  return {
    target,
    model: modelNamed(options.model),
    params: paramsIn(options.param ?? []),
    grid: options.grid === undefined ? undefined : gridIn(options.grid),
    scoring: options.scoring,
    folds: whole('--folds', options.folds, 2),
    test: share(options.test),
    seed: whole('--seed', options.seed, 0),
    columns,
    drop: options.drop === undefined ? [] : namesIn('--drop', options.drop),
    task: options.classify === true ? 'classes' : options.regress === true ? 'number' : undefined,
    workers: options.workers === undefined ? undefined : whole('--workers', options.workers, 1),
    workspace: options.workspace,
  }
}

/** Splits `name=text` at its first `=`. */
export function pairOf(option: string, pair: string): readonly [name: string, text: string] {
  const at = pair.indexOf('=')
  if (at < 1) throw usage(`${option} wants name=value, not ${pair}`, `such as ${option} trees=200`)
  return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
}

/** @throws cli.usage for what is no whole number from `least` on */
export function whole(option: string, text: string, least: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least)) throw usage(`${option} must be a whole number of at least ${least}, not ${text}`)
  return value
}

function modelNamed(name: string): ModelName {
  const found = modelNames.find(one => one === name)
  if (found !== undefined) return found
  throw usage(`unknown model: ${name} (have ${modelNames.join(', ')})`, didYouMean([name], modelNames))
}

function paramsIn(pairs: readonly string[]): Readonly<Record<string, unknown>> {
  const params = new Map<string, unknown>()
  for (const pair of pairs) {
    const [name, text] = pairOf('--param', pair)
    if (params.has(name))
      throw usage(`--param names ${name} twice`, `to try several values: --grid ${name}=${String(params.get(name))},${text}`)
    params.set(name, valueOf(text))
  }
  return Object.fromEntries(params)
}

function gridIn(pairs: readonly string[]): Readonly<Record<string, readonly unknown[]>> {
  const grid = new Map<string, readonly unknown[]>()
  for (const pair of pairs) {
    const [name, text] = pairOf('--grid', pair)
    if (grid.has(name)) throw usage(`--grid names ${name} twice`, `all values in one: --grid ${name}=a,b,c`)
    const values = text.split(',').map(item => item.trim())
    if (values.includes('')) throw usage(`--grid ${name} has an empty value: ${pair}`, `such as --grid ${name}=100,200`)
    grid.set(name, values.map(valueOf))
  }
  return Object.fromEntries(grid)
}

/** Numbers and true/false by their look, all else as text; the estimator checks them. */
function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$|^[-+]?Infinity$/i.test(text) ? Number(text) : text
}

function namesIn(option: string, text: string): readonly string[] {
  const names = text.split(',').map(name => name.trim())
  if (names.includes('')) throw usage(`${option} has an empty name: ${text}`, `such as ${option} age,income`)
  return [...new Set(names)]
}

function share(text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value > 0 && value < 1))
    throw usage(
      `--test must be a share between 0 and 1, not ${text}`,
      'it is the share of the rows that is held out; --test 0.2 is a fifth',
    )
  return value
}

export function usage(message: string, hint?: string): TidemillError {
  return new TidemillError('cli.usage', message, hint === undefined ? {} : { hint })
}
