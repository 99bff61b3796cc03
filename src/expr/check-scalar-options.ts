import { printType } from '../schema/index.ts'
import type { CallNode } from './node.ts'
import { momentPattern } from './moment-pattern.ts'
import { problem } from './problem.ts'

const mostRepeats = 1_000_000
const forms = ['NFC', 'NFD', 'NFKC', 'NFKD']

/** Throws expr.argument when the options of a function of values are not what they must be. */
export function checkScalarOptions({ op, args, type, options = {} }: CallNode): void {
  const { width, fill, times, form, bits, seed, timeZone } = options
  if (width !== undefined && !isCount(width, mostRepeats))
    throw problem('expr.argument', `width is a whole number from 0 to ${mostRepeats}, not ${width}`)
  if (fill === '') throw problem('expr.argument', `${op} with an empty text`)
  if (options.chars === '') throw problem('expr.argument', `${op} of no characters`)
  if (times !== undefined && !isCount(times, mostRepeats))
    throw problem('expr.argument', `repeat takes a whole number from 0 to ${mostRepeats}, not ${times}`)
  if (form !== undefined && !forms.includes(form)) throw problem('expr.argument', `unknown normal form: ${form} (have ${forms.join(', ')})`)
  if (bits !== undefined && !isCount(bits, 63)) throw problem('expr.argument', `bits are a whole number from 0 to 63, not ${bits}`)
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw problem('expr.argument', `seed is a whole number, not ${seed}`)
  if (op === 'parse') checkPattern(options.pattern ?? '', type)
  if (op === 'struct' && new Set(options.names?.map(name => name.toLowerCase())).size !== args.length)
    throw problem('expr.argument', `fields of a struct with the same name: ${(options.names ?? []).join(', ')}`, {
      hint: 'names that differ by case only are the same to DuckDB',
    })
  if (timeZone !== undefined && (op === 'truncate' || op === 'toDate') && args[0]?.type !== 'timestamp' && args[0]?.type !== 'unknown')
    throw problem('expr.argument', `${op} in a time zone wants an instant, not a ${printType(args[0]?.type ?? 'unknown')}`, {
      hint: 'a wall clock has no zone: .atZone() makes an instant of it',
    })
}

function checkPattern(pattern: string, type: CallNode['type']): void {
  const { parts } = momentPattern(pattern)
  const has = (...names: readonly string[]): boolean => names.some(name => parts.includes(name))
  if (type === 'date' && has('H', 'I', 'M', 'S', 'f', 'z'))
    throw problem('expr.argument', `pattern of a day with a time: ${pattern}`, {
      hint: '.toTimestamp(pattern).toDate() reads the time too',
    })
  if (type === 'datetime' && has('z'))
    throw problem('expr.argument', `pattern of a wall clock with an offset: ${pattern}`, { hint: '.toTimestamp(pattern) gives instants' })
}

function isCount(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most
}
