import { randomUUID } from 'node:crypto'
import { printCallSite } from '../../errors/index.ts'
import {
  cut,
  type ExplainOptions,
  type Explanation,
  explainPlan,
  gaps,
  type Hop,
  nodesOf,
  optimise,
  type Plan,
  type ScanNode,
  withHops,
} from '../../plan/index.ts'
import { capabilities } from './capabilities.ts'
import type { Context } from './context.ts'
import { kernelsFor } from './run.ts'
import { sqlOf } from './sql-of.ts'

/** The plan as written, after the rules, and as the engine runs it. Nothing is run, unless it is to be analysed. */
export async function explain(context: Context, plan: Plan, options: ExplainOptions = {}): Promise<Explanation> {
  const { analyze: measured = false, signal, run = randomUUID() } = options
  if (!measured) return explainPlan(plan, plan.open ? openText(plan) : await engineText(context, plan))
  const told = { run, ...(signal === undefined ? {} : { signal }) }
  const closed = await context.learn(plan, told)
  const { analyze } = await import('./analyze.ts')
  return explainPlan(closed, await engineText(context, closed), await analyze(context, closed, told))
}

function openText(plan: Plan): string {
  const open = nodesOf(plan).find(node => node.node === 'map' && node.open)
  const name = open?.node === 'map' ? `${open.fn.name}${siteText(open)}` : 'a function'
  return `columns after ${name} are not known before it has run on the first rows; declare them with { schema } to see the statement here`
}

function siteText(node: Plan): string {
  const site = printCallSite(node.at)
  return site === undefined ? '' : ` at ${site}`
}

async function engineText(context: Context, plan: Plan): Promise<string> {
  const optimised = optimise(plan)
  const kernels = await kernelsFor(optimised)
  const { hops, plan: rest, stream } = cut(optimised, capabilities, kernels === undefined ? {} : { kernels: kernels.kernelFunctions })
  const tables = new Map<ScanNode, Plan>()
  const parts: string[] = []
  for (const [index, hop] of hops.entries()) {
    const table = `hop ${index + 1}`
    parts.push(`${await hopText(context, hop, tables)}\n-> staged as "${table}"`)
    tables.set(hop.scan, { ...hop.scan, source: { kind: 'staged', options: { table, columns: hop.scan.fields.map(field => field.name) } } })
  }
  if (rest !== undefined) parts.push(`duckdb\n${(await sqlOf(context, withHops(rest, tables), {})).text}`)
  if (stream !== undefined) {
    const after = stream.after.length === 0 ? '' : `\n-> ${stream.after.map(step => step.node).join(', ')} in kernels`
    parts.push(`${await hopText(context, stream.hop, tables)}${after}\n-> streamed`)
  }
  const missing = gaps(plan, capabilities).map(gap => `gap: ${gap.step}${gap.at === '' ? '' : ` at ${gap.at}`}: ${gap.advice}`)
  return [...parts, ...missing].join('\n\n')
}

async function hopText(context: Context, { node, input }: Hop, tables: ReadonlyMap<ScanNode, Plan>): Promise<string> {
  const from = input === undefined ? '' : `duckdb\n${(await sqlOf(context, withHops(input, tables), {})).text}\n-> `
  if (node.node === 'map') return `${from}worker threads: ${node.fn.name}${siteText(node)}`
  if (node.node === 'transform') return `${from}transform ${node.step.kind}`
  return `source ${node.source.kind}, opened by its driver`
}
