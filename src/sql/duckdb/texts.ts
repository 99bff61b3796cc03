import type { TextFunctionName } from '../../expr/index.ts'
import type { Printer } from '../dialect.ts'
import { moreTexts } from './more-texts.ts'
import { arg } from './numbers.ts'
import { rePattern, reReplacement } from './regex.ts'
import { quoteText } from './text.ts'
import { typeName } from './types.ts'

type OwnName = Exclude<TextFunctionName, keyof typeof moreTexts>

const own: Readonly<Record<OwnName, Printer>> = {
  upper: call => `upper(${arg(call, 0)})`,
  lower: call => `lower(${arg(call, 0)})`,
  length: call => `CAST(length(${arg(call, 0)}) AS ${typeName(call.node.type)})`,
  slice: call => {
    const text = arg(call, 0)
    const { start = 0, end } = call.node.options ?? {}
    const place = (at: number): string => (at >= 0 ? String(at) : `greatest(length(${text}) - ${-at}, 0)`)
    if (end === undefined) return `substring(${text}, ${place(start)} + 1)`
    return `substring(${text}, ${place(start)} + 1, greatest(${place(end)} - ${place(start)}, 0))`
  },
  concat: ({ args }) => `(${args.join(' || ')})`,
  contains: call => `contains(${arg(call, 0)}, ${arg(call, 1)})`,
  startsWith: call => `starts_with(${arg(call, 0)}, ${arg(call, 1)})`,
  endsWith: call => `ends_with(${arg(call, 0)}, ${arg(call, 1)})`,
  matches: call => `regexp_matches(${arg(call, 0)}, ${quoteText(rePattern(call.node.options?.pattern ?? '', call.node.options?.flags))})`,
  extract: call => {
    const pattern = quoteText(rePattern(call.node.options?.pattern ?? '', call.node.options?.flags))
    return `CASE WHEN regexp_matches(${arg(call, 0)}, ${pattern}) THEN regexp_extract(${arg(call, 0)}, ${pattern}, ${call.node.options?.group ?? 0}) END`
  },
  replace: call => {
    const { pattern = '', by = '' } = call.node.options ?? {}
    return `replace(${arg(call, 0)}, ${call.args[1] ?? quoteText(pattern)}, ${call.args[2] ?? quoteText(by)})`
  },
  replaceRegex: call => {
    const { pattern = '', flags = '', by = '' } = call.node.options ?? {}
    return `regexp_replace(${arg(call, 0)}, ${quoteText(rePattern(pattern, flags))}, ${quoteText(reReplacement(by))}, 'g')`
  },
  split: call => `string_split(${arg(call, 0)}, ${call.args[1] ?? quoteText(call.node.options?.separator ?? '')})`,
}

/** Every function of texts. */
export const texts: Readonly<Record<TextFunctionName, Printer>> = { ...own, ...moreTexts }
