/** Prints a contract as the program that makes it. */
import { TidemillError } from '../errors/index.ts'
import { type ExprNode, printExpr } from '../expr/index.ts'
import type { Contract } from './contract.ts'
import type { Bound, CheckSpec } from './spec.ts'

/**
 * A module of TypeScript that exports the contract.
 *
 * @throws quality.check for a condition, which is printed for people only
 */
export function printContract({ name, version, description, checks }: Contract): string {
  const lines = checks.map(check => `    ${printCheck(check['~data'])},`)
  const text = lines.join('\n')
  const needs = ['column', 'columns', 'contract', 'failingSql', 'fresh', 'rowCount'].filter(
    word => word === 'contract' || text.includes(`${word}(`),
  )
  return `import { ${needs.join(', ')} } from 'tidemill'

export const agreed = contract({
  name: ${quoted(name)},
  version: ${quoted(version)},
${description === undefined ? '' : `  description: ${quoted(description)},\n`}  checks: [
${text}
  ],
})
`
}

function printCheck(spec: CheckSpec): string {
  const more = [
    ...(spec.atLeast === undefined ? [] : [`.atLeast(${spec.atLeast})`]),
    ...(spec.atMost === undefined ? [] : [`.atMost(${spec.atMost})`]),
    ...(spec.severity === undefined ? [] : [`.severity(${quoted(spec.severity)})`]),
    ...(spec.name === undefined ? [] : [`.named(${quoted(spec.name)})`]),
  ]
  return `${printBody(spec)}${more.join('')}`
}

function printBody(spec: CheckSpec): string {
  const of = (name: string): string => `column(${quoted(name)})`
  switch (spec.check) {
    case 'notNull':
      return `${of(spec.column)}.notNull()`
    case 'unique':
      return spec.columns.length === 1
        ? `${of(spec.columns[0] as string)}.unique()`
        : `columns(${spec.columns.map(quoted).join(', ')}).unique()`
    case 'between':
      return `${of(spec.column)}.between(${bound(spec.low)}, ${bound(spec.high)})`
    case 'length':
      return `${of(spec.column)}.length(${spec.low}, ${spec.high})`
    case 'matches':
      return `${of(spec.column)}.matches(new RegExp(${quoted(spec.pattern)}, ${quoted(spec.flags)}))`
    case 'oneOf':
      return `${of(spec.column)}.oneOf([${spec.values.map(value => (typeof value === 'string' ? quoted(value) : value)).join(', ')}])`
    case 'type':
      return `${of(spec.column)}.type(${quoted(spec.type)})`
    case 'parses':
      return `${of(spec.column)}.parses(${quoted(spec.as)})`
    case 'increasing':
      return `${of(spec.column)}.increasing(${spec.strict ? '{ strict: true }' : ''})`
    case 'in':
      return `${of(spec.column)}.in(${quoted(spec.table)}, ${quoted(spec.key)})`
    case 'like': {
      const limits = [...(spec.psi === undefined ? [] : [`psi: ${spec.psi}`]), ...(spec.ks === undefined ? [] : [`ks: ${spec.ks}`])].join(
        ', ',
      )
      const reference = spec.reference === undefined ? quoted(spec.table) : JSON.stringify(spec.reference)
      return `${of(spec.column)}.like(${reference}, { ${limits} })`
    }
    case 'rowCount':
      return `rowCount().between(${bound(spec.low)}, ${bound(spec.high)})`
    case 'fresh':
      return `fresh(${quoted(spec.column)}, ${quoted(spec.within)})`
    case 'figure':
      return `${of(spec.column)}.${spec.figure}(${spec.q ?? ''}).between(${bound(spec.low)}, ${bound(spec.high)})`
    case 'sql':
      return `failingSql(${quoted(spec.sql)})`
    case 'each':
      throw new TidemillError('quality.check', `no TypeScript for a condition: ${printExpr(spec.condition as ExprNode)}`)
  }
}

function bound(value: Bound): string {
  if (typeof value === 'number') return String(value)
  if (/^-?\d+$/.test(value)) return `${value}n`
  return /^[+-]?Infinity$/.test(value) ? value : `new Date(${quoted(value)})`
}

/** JSON is a text of JavaScript too; what ends a line in old readers is escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
