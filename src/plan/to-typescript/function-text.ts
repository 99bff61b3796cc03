import { printDuration } from '../../expr/index.ts'
import type { HostFunction } from '../../workers/index.ts'
import { problem } from '../problem.ts'
import type { MapArgs } from '../verbs/index.ts'
import { objectText } from './value-text.ts'
import type { Program } from './verb-text.ts'

/**
 * A function of the user as the JavaScript it travels as. What it took along of its file (constants, other functions) becomes part of the program.
 *
 * @throws plan.no-program for one that imports other files
 */
export function functionText({ module, name }: HostFunction, program: Program): string {
  const text = module
    .replace(/^\/\*[\s\S]*?\*\/ ?/, '')
    .replace(/\/\/# sourceURL=.*\s*$/, '')
    .trim()
  const [, body = '', local = ''] = /^([\s\S]*?)export \{ ([\w$]+) as fn \}$/.exec(text) ?? []
  if (/^\s*import\b/m.test(body) || local === '' || / from "/.test(text.split('\n').at(-1) ?? ''))
    throw problem('plan.no-program', `function that does not stand alone: ${name}`, undefined, {
      hint: 'what it imports belongs to its own file; write the step into the program yourself',
    })
  const [, code] = /^const \$tidemill = ([\s\S]*?);?\s*$/.exec(body.trim()) ?? []
  return code !== undefined && isWhole(code) ? bare(code) : program.define(local, body.trim())
}

/** Whether no statement ends within the text: otherwise there is more in it than one function. */
function isWhole(code: string): boolean {
  let depth = 0
  for (const sign of code.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")) {
    if ('({['.includes(sign)) depth++
    if (')}]'.includes(sign)) depth--
    if (depth < 0 || (depth === 0 && sign === ';')) return false
  }
  return depth === 0
}

/** Without the brackets and the place in its line that it travelled with. */
function bare(code: string): string {
  const [, inner] = /^\(([\s\S]*)\)$/.exec(code.trim()) ?? []
  return inner !== undefined && isWhole(inner) ? inner.trim() : code.trim()
}

/** What stands beside the function. */
export function mapOptions({ fn, declared, concurrency, policy }: MapArgs): string | undefined {
  const quarantine = policy?.onError === 'quarantine' && policy.path !== undefined ? { quarantine: policy.path } : undefined
  const given = {
    with: fn.with,
    schema: declared,
    concurrency,
    onError: quarantine ?? (policy?.onError === 'fail' ? undefined : policy?.onError),
    timeout: policy?.timeoutMs === undefined ? undefined : printDuration(policy.timeoutMs * 1000),
    showValues: policy?.showValues,
  }
  return Object.values(given).some(value => value !== undefined) ? objectText(given) : undefined
}
