import { type FunctionInfo, functions } from '../../src/expr/index.ts'
import { missingKernels } from '../../src/kernels/index.ts'
import type { Capabilities, Missing } from '../../src/plan/index.ts'
import { type Page, page, table } from './page.ts'

const kinds: Readonly<Record<FunctionInfo['kind'], string>> = {
  scalar: 'A value per row',
  aggregate: 'A value per group',
  window: 'A value per row that needs a window',
  wrapper: 'Around an aggregate',
}

/** Every function of expressions: what it takes and gives, and who computes it. */
export function functionsPage(engines: Readonly<Record<string, Capabilities>>): Page {
  const names = Object.keys(engines)
  const parts = Object.entries(kinds).map(([kind, title]) => {
    const rows = Object.entries(functions)
      .filter(([, info]) => info.kind === kind)
      .map(([name, info]) => [
        `\`${name}\``,
        info.doc,
        of(info.of),
        gives(info),
        ...names.map(engine => able(engines[engine]?.functions[name])),
        able(missingKernels[name] ?? 'native'),
      ])
    return `## ${title}\n${table(['function', 'what it does', 'of', 'gives', ...names, 'kernels'], rows)}`
  })
  const about =
    "The functions behind the methods of a column; by what they are about, with examples: [functions of columns](../functions/README.md). `rewritten`: the engine has it under another meaning, so it is written in other words. Kernels are the engine's half that runs on batches, without DuckDB; what they lack, the engine computes."
  return page('functions.md', 'Functions', 'src/expr/functions.ts and the declarations of the engines', about, ...parts)
}

function of(takes: FunctionInfo['of']): string {
  return typeof takes === 'string' ? takes : takes.join(', ')
}

function gives({ gives: type, nulls }: FunctionInfo): string {
  const rules: Readonly<Record<string, string>> = { never: ', never NULL', always: ', may be NULL' }
  const words: Readonly<Record<string, string>> = {
    first: 'the same type',
    arithmetic: 'the common number type',
    rounded: 'the same type',
    common: 'the common type',
    branches: 'the common type of the results',
    total: 'int64 of integers, else the same type',
    list: 'a list of it',
    mapped: 'a list of the results',
    item: 'an item',
    to: 'the type asked for',
    field: 'the field',
    texts: 'a list of strings',
  }
  return `${words[type] ?? type}${rules[nulls] ?? ''}`
}

/** How an engine does something, as a cell. */
export function able(how: 'native' | 'rewritten' | 'beside' | 'opened' | Missing | undefined): string {
  if (how === undefined) return 'no'
  if (typeof how === 'string') return how === 'native' ? 'yes' : how
  return `no: ${how.reason} (${how.missing})`
}
