/** The methods of builders: which values have them, and which function of the table each becomes. */
import { aggregateMethods } from './aggregate-methods.ts'
import { callNode } from './call-node.ts'
import { castTo } from './cast-to.ts'
import { durationMicros } from './duration.ts'
import { type Make, type Method, method, numberOf, plain, textOf, withOptions } from './method-forms.ts'
import type { ExprNode, ExprOptions, FunctionName } from './node.ts'
import { operand } from './operand.ts'
import { problem } from './problem.ts'
import { checkReplacement, portableRegex } from './regex.ts'
import { scalarMethods } from './scalar-methods.ts'
import { shown } from './shown.ts'

const time = ['date', 'instant'] as const

function regexOf(name: string, value: unknown): { readonly pattern: string; readonly flags: string; readonly groups: number } {
  if (value instanceof RegExp) return portableRegex(value)
  throw problem('expr.argument', `${name} wants a regular expression, not ${shown(value)}`, {
    hint: 'such as /[0-9]+/',
  })
}

function pattern(name: string, value: unknown): ExprOptions {
  const { pattern: text, flags } = regexOf(name, value)
  return { pattern: text, flags }
}

const extract: Make = (self, [value, group = 0]) => {
  const { groups, ...options } = regexOf('extract', value)
  if (!Number.isInteger(group) || (group as number) < 0 || (group as number) > groups)
    throw problem('expr.argument', `no group ${shown(group)}: the pattern has ${groups === 0 ? 'none' : groups}`)
  return callNode('extract', [self], { ...options, group: group as number })
}

const replace: Make = (self, [from, to]) => {
  const by = textOf('replace', to)
  if (typeof from === 'string') {
    if (from === '') throw problem('expr.argument', 'replace of an empty text')
    return callNode('replace', [self], { pattern: from, by })
  }
  const { groups, ...options } = regexOf('replace', from)
  checkReplacement(by, groups)
  return callNode('replaceRegex', [self], { ...options, by })
}

function log(self: ExprNode, [base]: readonly unknown[]): ExprNode {
  return base === undefined ? callNode('ln', [self]) : callNode('log', [self], { base: numberOf('log', base) })
}

function clip(self: ExprNode, args: readonly unknown[]): ExprNode {
  const [low, high] = args.map(value => numberOf('clip', value))
  return callNode('clip', [self], {
    ...(low === undefined || low === -Infinity ? {} : { low }),
    ...(high === undefined || high === Infinity ? {} : { high }),
  })
}

function bin(self: ExprNode, [size, options = {}]: readonly unknown[]): ExprNode {
  const micros = durationMicros(textOf('bin', size))
  if (micros === 0) throw problem('expr.argument', 'bin of no length')
  if (typeof options !== 'object' || options === null || Object.keys(options).some(name => name !== 'offset'))
    throw problem('expr.argument', `options of bin are { offset }, not ${shown(options)}`)
  const { offset } = options as { readonly offset?: unknown }
  const moved = offset === undefined ? {} : { offsetMicros: String(durationMicros(textOf('offset of bin', offset))) }
  return callNode('bin', [self], { amountMicros: String(micros), ...moved })
}

const same = (name: FunctionName): readonly Method[] => [plain(name)]
/** Method name -> its forms, by the type of the value. On values of unknown type the first form is taken. */
export const methods: Readonly<Record<string, readonly Method[]>> = {
  eq: same('eq'),
  ne: same('ne'),
  lt: same('lt'),
  lte: same('lte'),
  gt: same('gt'),
  gte: same('gte'),
  between: same('between'),
  isNull: same('isNull'),
  isNotNull: same('isNotNull'),
  fillNull: method('any', 1, 1, (self, [other]) => callNode('coalesce', [self, operand(other)])),
  cast: withOptions('cast', 1, 1, ([to]) => ({ to: castTo(to) })),
  tryCast: withOptions('tryCast', 1, 1, ([to]) => ({ to: castTo(to) })),

  add: same('add'),
  sub: same('sub'),
  mul: [plain('mul'), plain('mulInterval')],
  div: same('div'),
  mod: same('mod'),
  pow: same('pow'),
  neg: [plain('neg'), plain('negInterval')],
  abs: same('abs'),
  round: withOptions('round', 0, 1, ([digits = 0]) => ({ digits: numberOf('round', digits) })),
  floor: same('floor'),
  ceil: same('ceil'),
  sqrt: same('sqrt'),
  log: method(['number'], 0, 1, log),
  exp: same('exp'),
  clip: method(['number'], 2, 2, clip),
  isNan: same('isNan'),

  and: same('and'),
  or: same('or'),
  not: same('not'),

  upper: same('upper'),
  lower: same('lower'),
  length: [plain('length'), plain('listLength')],
  contains: [plain('contains'), plain('listContains')],
  startsWith: same('startsWith'),
  endsWith: same('endsWith'),
  matches: withOptions('matches', 1, 1, ([regex]) => pattern('matches', regex)),
  extract: method(['text'], 1, 2, extract),
  replace: method(['text'], 2, 2, replace),
  split: withOptions('split', 1, 1, ([value]) => {
    const separator = textOf('split', value)
    if (separator === '') throw problem('expr.argument', 'split at an empty text')
    return { separator }
  }),

  bin: method(['instant'], 1, 2, bin),
  diff: method(time, 2, 2, (self, [other, unit]) => callNode('diff', [self, operand(other)], { unit: textOf('diff', unit) })),

  at: withOptions('listAt', 1, 1, ([index]) => ({ index: numberOf('at', index) })),
  join: withOptions('listJoin', 1, 1, ([separator]) => ({ separator: textOf('join', separator) })),
  field: withOptions('field', 1, 1, ([name]) => ({ name: textOf('field', name) })),

  ...scalarMethods,
  ...aggregateMethods,
}
