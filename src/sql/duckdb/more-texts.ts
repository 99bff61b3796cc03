import { momentPattern, type TextFunctionName } from '../../expr/index.ts'
import { printType } from '../../schema/index.ts'
import { TidemillError } from '../../errors/index.ts'
import type { Call, Printer } from '../dialect.ts'
import { guard } from './guards.ts'
import { arg } from './numbers.ts'
import { once, onceAll } from './once.ts'
import { rePattern } from './regex.ts'
import { quoteList, quoteText } from './text.ts'
import { typeName } from './types.ts'

// What String.prototype.trim takes away, as far as it is one blank: DuckDB's trim(x) takes spaces only.
const blanks = `' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(65279) || chr(8232) || chr(8233)`

type OwnName = Extract<
  TextFunctionName,
  | 'trim'
  | 'trimStart'
  | 'trimEnd'
  | 'padStart'
  | 'padEnd'
  | 'repeat'
  | 'reverse'
  | 'indexOf'
  | 'like'
  | 'ilike'
  | 'countText'
  | 'capitalize'
  | 'title'
  | 'normalize'
  | 'stripAccents'
  | 'levenshtein'
  | 'codePoint'
  | 'toChar'
  | 'countMatches'
  | 'extractAll'
  | 'parse'
  | 'json'
>

const trim =
  (name: string): Printer =>
  call => {
    const { chars } = call.node.options ?? {}
    return `${name}(${arg(call, 0)}, ${chars === undefined ? blanks : quoteText(chars)})`
  }

const pad =
  (name: string): Printer =>
  call => {
    const { width = 0, fill = ' ' } = call.node.options ?? {}
    // A longer text is left whole, where the database cuts it.
    return once(
      arg(call, 0),
      text => `CASE WHEN length(${text}) >= ${width} THEN ${text} ELSE ${name}(${text}, ${width}, ${quoteText(fill)}) END`,
    )
  }

const pattern = (call: Call): string => quoteText(rePattern(call.node.options?.pattern ?? '', call.node.options?.flags))

const capitalized = (text: string): string => `upper(substring(${text}, 1, 1)) || lower(substring(${text}, 2))`

/** A pattern that ends in a lone backslash is refused; the database's answer to it depends on the text. */
const like =
  (operator: string): Printer =>
  call => {
    const compare = (pattern: string): string => `(${arg(call, 0)} ${operator} ${pattern} ESCAPE '\\')`
    const known = call.node.args[1]
    if (known?.op === 'literal' && !/(?:^|[^\\])(?:\\\\)*\\$/.test(String(known.value))) return compare(arg(call, 1))
    const failed = guard('expr.argument', {}, `'pattern of like that ends in a backslash: ' || ${arg(call, 1)}`)
    return `CASE WHEN ${arg(call, 0)} IS NOT NULL AND regexp_matches(${arg(call, 1)}, '(^|[^\\\\])(\\\\\\\\)*\\\\$') THEN ${failed} ELSE ${compare(arg(call, 1))} END`
  }

/** Functions that end at a character 0 see the parts between such characters. */
function wholeText(name: string, value: string): string {
  return once(
    value,
    text =>
      `CASE WHEN contains(${text}, chr(0)) THEN array_to_string(list_transform(string_split(${text}, chr(0)), lambda "~p": ${name}("~p")), chr(0)) ELSE ${name}(${text}) END`,
  )
}

/** The work grows with the product of the lengths: some tenths of a second for one pair at most. */
const mostSteps = 100_000_000

/**
 * The database compares bytes. Of texts beyond ASCII each character gets a letter of one byte, which there are for 127 different ones.
 */
function levenshtein(call: Call): string {
  return onceAll([arg(call, 0), arg(call, 1)], (a = '', b = '') => {
    const letters = `list_distinct(string_split(${a} || ${b}, ''))`
    const coded = (text: string): string =>
      `array_to_string(list_transform(string_split(${text}, ''), lambda "~c": CASE WHEN "~c" = '' THEN '' ELSE chr(CAST(list_position(${letters}, "~c") AS INTEGER)) END), '')`
    const many = guard('expr.argument', {}, `'levenshtein of texts with more than 127 different characters: ' || ${a}`)
    const long = guard(
      'expr.argument',
      {},
      `'levenshtein of too long texts: ' || length(${a}) || ' by ' || length(${b}) || ' characters (their product up to ${mostSteps})'`,
    )
    const tooLong = `WHEN CAST(length(${a}) AS BIGINT) * length(${b}) > ${mostSteps} THEN ${long}`
    return `CASE ${tooLong} WHEN strlen(${a}) = length(${a}) AND strlen(${b}) = length(${b}) THEN levenshtein(${a}, ${b}) WHEN len(${letters}) <= 127 THEN levenshtein(${coded(a)}, ${coded(b)}) WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN ${many} END`
  })
}

/** As the kernel reads it: one pattern for the shape, then the parts put together; only a day that does not exist is left to the database. */
function parse(call: Call): string {
  const { type, options } = call.node
  const { pattern: format = '', invalid } = options ?? {}
  const { pattern: shape, flags, parts } = momentPattern(format)
  const whole = quoteText(`${rePattern(`^(?:${shape})$`, flags)}`)
  return once(arg(call, 0), text => {
    const part = (name: string): string | undefined => {
      const at = parts.indexOf(name)
      return at < 0 ? undefined : `regexp_extract(${text}, ${whole}, ${at + 1})`
    }
    const number = (name: string, otherwise: string): string => {
      const found = part(name)
      return found === undefined ? otherwise : `TRY_CAST(${found} AS BIGINT)`
    }
    const short = part('y') === undefined ? undefined : number('y', '0')
    const year = short === undefined ? number('Y', '1970') : `(${short} + CASE WHEN ${short} < 69 THEN 2000 ELSE 1900 END)`
    const name = part('b') ?? part('B')
    const names = quoteList(['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'])
    const month = name === undefined ? number('m', '1') : `list_position(${names}, lower(substring(${name}, 1, 3)))`
    const twelve = `(${number('I', '12')} % 12 + CASE WHEN lower(${part('p') ?? "''"}) = 'pm' THEN 12 ELSE 0 END)`
    const hour = parts.includes('I') ? twelve : number('H', '0')
    const fraction = part('f') === undefined ? '0' : `TRY_CAST(rpad(${part('f')}, 6, '0') AS BIGINT)`
    const zone = part('z')
    const offset =
      zone === undefined
        ? '0'
        : `CASE WHEN lower(${zone}) = 'z' THEN 0 ELSE (CASE WHEN ${zone}[1] = '-' THEN -1 ELSE 1 END) * (TRY_CAST(${zone}[2:3] AS BIGINT) * 60 + TRY_CAST(${zone}[-2:] AS BIGINT)) END`
    const day = `try(make_date(${year}, ${month}, ${number('d', '1')}))`
    const micros = `((((${hour}) * 60 + ${number('M', '0')} - (${offset})) * 60 + ${number('S', '0')}) * 1000000 + ${fraction})`
    const made = type === 'date' ? day : `(CAST(${day} AS TIMESTAMP) + to_microseconds(${micros}))`
    const failed = guard('expr.cast', { wanted: printType(type) }, text)
    const shaped = `CASE WHEN regexp_matches(${text}, ${whole}) THEN ${made} END`
    return invalid === 'null' ? shaped : `CASE WHEN ${text} IS NOT NULL THEN coalesce(${shaped}, ${failed}) END`
  })
}

/** A path of the database: `$."a"[0]`, from the end `[#-1]`. */
function jsonPath(path: readonly (string | number)[]): string {
  const step = (one: string | number): string =>
    typeof one === 'string' ? `."${one.replaceAll('"', '\\"')}"` : one < 0 ? `[#-${-one}]` : `[${one}]`
  return `$${path.map(step).join('')}`
}

function json(call: Call): string {
  const { path = [], invalid } = call.node.options ?? {}
  return once(arg(call, 0), text => {
    const failed = invalid === 'null' ? '' : ` WHEN ${text} IS NOT NULL THEN ${guard('expr.cast', { wanted: 'json' }, text)}`
    return `CASE WHEN json_valid(${text}) THEN json_extract_string(${text}, ${quoteText(jsonPath(path))})${failed} END`
  })
}

export const moreTexts: Readonly<Record<OwnName, Printer>> = {
  trim: trim('trim'),
  trimStart: trim('ltrim'),
  trimEnd: trim('rtrim'),
  padStart: pad('lpad'),
  padEnd: pad('rpad'),
  repeat: call => `repeat(${arg(call, 0)}, ${call.node.options?.times ?? 1})`,
  // The database's own goes by letters with their marks.
  reverse: call => `array_to_string(list_reverse(string_split(${arg(call, 0)}, '')), '')`,
  indexOf: call => `CAST(instr(${arg(call, 0)}, ${arg(call, 1)}) - 1 AS ${typeName(call.node.type)})`,
  like: like('LIKE'),
  ilike: like('ILIKE'),
  countText: call => {
    const part = call.node.options?.pattern ?? ''
    return once(
      arg(call, 0),
      text => `CAST((length(${text}) - length(replace(${text}, ${quoteText(part)}, ''))) // ${[...part].length} AS BIGINT)`,
    )
  },
  capitalize: call => once(arg(call, 0), capitalized),
  title: call =>
    `array_to_string(list_transform(regexp_extract_all(${arg(call, 0)}, ${quoteText("[\\pL\\pN\\pM'’]+|[^\\pL\\pN\\pM'’]+")}), lambda "~w": ${capitalized('"~w"')}), '')`,
  normalize: call => {
    const form = call.node.options?.form ?? 'NFC'
    if (form === 'NFC') return wholeText('nfc_normalize', arg(call, 0))
    throw new TidemillError('plan.gap', `duckdb has no normal form ${form}: normalize('${form}') runs beside it only (have NFC)`, {
      hint: `map(row => ({ ...row, name: row.name.normalize('${form}') }))`,
      details: { function: 'normalize', form },
    })
  },
  stripAccents: call => wholeText('strip_accents', arg(call, 0)),
  levenshtein,
  codePoint: call => `CAST(CASE WHEN ${arg(call, 0)} <> '' THEN unicode(${arg(call, 0)}) END AS BIGINT)`,
  toChar: call =>
    once(
      `CAST(${arg(call, 0)} AS BIGINT)`,
      point =>
        `CASE WHEN ${point} BETWEEN 0 AND 1114111 AND ${point} NOT BETWEEN 55296 AND 57343 THEN chr(CAST(${point} AS INTEGER)) WHEN ${point} IS NOT NULL THEN ${guard('expr.argument', {}, `'no character: ' || CAST(${point} AS VARCHAR)`)} END`,
    ),
  countMatches: call => `CAST(len(regexp_extract_all(${arg(call, 0)}, ${pattern(call)})) AS BIGINT)`,
  extractAll: call => {
    const group = call.node.options?.group ?? 0
    const found = `regexp_extract_all(${arg(call, 0)}, ${pattern(call)}, ${group})`
    return group === 0 ? found : `list_transform(${found}, lambda "~g": coalesce("~g", ''))`
  },
  parse,
  json,
}
