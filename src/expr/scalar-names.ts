/** Names of the functions that give a value per row, by what they are about. */

/** Functions of numbers. */
export type MathFunctionName =
  | 'sign'
  | 'trunc'
  | 'cbrt'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'atan2'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'hypot'
  | 'degrees'
  | 'radians'
  | 'floorDiv'
  | 'isFinite'
  | 'isInfinite'
  | 'bitAnd'
  | 'bitOr'
  | 'bitXor'
  | 'bitNot'
  | 'shiftLeft'
  | 'shiftRight'
  | 'greatest'
  | 'least'

/** Functions of texts. */
export type TextFunctionName =
  | 'upper'
  | 'lower'
  | 'trim'
  | 'trimStart'
  | 'trimEnd'
  | 'padStart'
  | 'padEnd'
  | 'repeat'
  | 'reverse'
  | 'length'
  | 'slice'
  | 'concat'
  | 'contains'
  | 'startsWith'
  | 'endsWith'
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
  | 'matches'
  | 'countMatches'
  | 'extract'
  | 'extractAll'
  | 'replace'
  | 'replaceRegex'
  | 'split'
  | 'parse'
  | 'json'

/** Functions of bytes, and what turns texts into bytes and back. */
export type BytesFunctionName =
  | 'toBytes'
  | 'toText'
  | 'byteLength'
  | 'toHex'
  | 'fromHex'
  | 'toBase64'
  | 'fromBase64'
  | 'md5'
  | 'sha256'
  | 'hash'

/** Functions of instants, days and wall clocks. */
export type TimeFunctionName =
  | 'year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'isoYear'
  | 'day'
  | 'dayOfYear'
  | 'weekday'
  | 'hour'
  | 'minute'
  | 'second'
  | 'millisecond'
  | 'microsecond'
  | 'isLeapYear'
  | 'daysInMonth'
  | 'truncate'
  | 'bin'
  | 'diff'
  | 'plus'
  | 'plusInterval'
  | 'since'
  | 'negInterval'
  | 'mulInterval'
  | 'years'
  | 'months'
  | 'days'
  | 'hours'
  | 'minutes'
  | 'seconds'
  | 'microseconds'
  | 'format'
  | 'toDate'
  | 'epoch'
  | 'fromEpoch'
  | 'inZone'
  | 'atZone'
  | 'makeDate'
  | 'makeDatetime'

/** Functions of lists, structs and maps. `listMap` and `listFilter` look at an expression of their items. */
export type ListFunctionName =
  | 'listAt'
  | 'listLength'
  | 'listContains'
  | 'listMap'
  | 'listFilter'
  | 'listJoin'
  | 'listSort'
  | 'listDistinct'
  | 'listReverse'
  | 'listSlice'
  | 'listConcat'
  | 'listAppend'
  | 'listSum'
  | 'listMean'
  | 'listMin'
  | 'listMax'
  | 'listAny'
  | 'listAll'
  | 'listHasAny'
  | 'listHasAll'
  | 'listIndexOf'
  | 'listFlatten'
  | 'range'
  | 'listOf'
  | 'struct'
  | 'field'
  | 'mapGet'
  | 'mapKeys'
  | 'mapValues'

/** Arithmetic, comparison, logic, and SQL texts (`options.strings` with operands between them). `case` has args [when1, then1, when2, then2, ..., otherwise]. `in` has args [value, option1, option2, ...]. */
export type CoreFunctionName =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'mod'
  | 'pow'
  | 'neg'
  | 'abs'
  | 'round'
  | 'floor'
  | 'ceil'
  | 'sqrt'
  | 'ln'
  | 'log'
  | 'exp'
  | 'clip'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'lte'
  | 'gt'
  | 'gte'
  | 'between'
  | 'in'
  | 'isNull'
  | 'isNotNull'
  | 'isNan'
  | 'coalesce'
  | 'case'
  | 'cast'
  | 'tryCast'
  | 'and'
  | 'or'
  | 'not'
  | 'sql'

/** A value per row. */
export type ScalarName = CoreFunctionName | MathFunctionName | TextFunctionName | BytesFunctionName | TimeFunctionName | ListFunctionName

/** Options of these functions beside those that others share. */
export interface ScalarOptions {
  /** `trim`, `trimStart`, `trimEnd`: the characters taken away. */
  readonly chars?: string
  /** `padStart`, `padEnd`: code points of the result, and what fills it. */
  readonly width?: number
  readonly fill?: string
  /** `repeat`. */
  readonly times?: number
  /** `normalize`: a Unicode normal form. */
  readonly form?: string
  /** `json`: keys and places; `parse` and `json`: NULL instead of an error for what cannot be read. */
  readonly path?: readonly (string | number)[]
  readonly invalid?: 'null'
  /** `shiftLeft`, `shiftRight`. */
  readonly bits?: number
  /** `sql`: the pieces of the text, one more than there are operands. */
  readonly strings?: readonly string[]
  /** `struct`: the names of its fields. */
  readonly names?: readonly string[]
  /** `hash`: another seed, another hash. */
  readonly seed?: number
  /** `listSort`. */
  readonly descending?: boolean
}
