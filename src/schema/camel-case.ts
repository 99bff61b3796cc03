/** Column names as JavaScript likes them, at run time and in the compiler. Both follow the same four rules, and a test holds them together. */

/** What stands between words: everything of ASCII that is no letter and no digit. */
type Separator =
  | ' '
  | '\t'
  | '\n'
  | '\r'
  | '_'
  | '-'
  | '.'
  | '/'
  | '\\'
  | ','
  | ';'
  | ':'
  | '!'
  | '?'
  | '"'
  | "'"
  | '`'
  | '('
  | ')'
  | '['
  | ']'
  | '{'
  | '}'
  | '<'
  | '>'
  | '#'
  | '$'
  | '%'
  | '&'
  | '*'
  | '+'
  | '='
  | '@'
  | '^'
  | '|'
  | '~'
const separators = /[ \t\n\r_\-./\\,;:!?"'`()[\]{}<>#$%&*+=@^|~]+/

/** `'Total Rooms'` -> `'totalRooms'`; see `camelCase`. */
export type CamelCase<S extends string> = string extends S ? string : Fallback<Words<S>, S>

/** The row type with its names in camel case. */
export type CamelKeys<R> = string extends keyof R ? R : { [K in keyof R as K extends string ? CamelCase<K> : K]: R[K] }

/**
 * A name in camel case.
 *
 * Words are cut at ASCII blanks and signs. A word all in capitals becomes small (`ID` -> `id`). The first letter of the first word becomes small, those of the
 * others capital. A name without any letter or digit stays as it is.
 *
 * @example
 * camelCase('median_house_value')   // 'medianHouseValue'
 * camelCase('MedInc')               // 'medInc'
 * camelCase('ocean-proximity')      // 'oceanProximity'
 */
export function camelCase<const S extends string>(name: S): CamelCase<S>
export function camelCase(name: string): string {
  const words = name.split(separators).filter(word => word !== '')
  const text = words.map((word, index) => (index === 0 ? uncapitalize(calm(word)) : capitalize(calm(word)))).join('')
  return text === '' ? name : text
}

function calm(word: string): string {
  return word === word.toUpperCase() ? word.toLowerCase() : word
}
function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
function uncapitalize(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1)
}

// A loop over the letters with two accumulators, so that the compiler takes it as a tail call: names of some hundred letters are legal.
type Words<S extends string, Word extends string = '', Out extends string = ''> = S extends `${infer Letter}${infer Rest}`
  ? Letter extends Separator
    ? Words<Rest, '', Joined<Out, Word>>
    : Words<Rest, `${Word}${Letter}`, Out>
  : Joined<Out, Word>
type Joined<Out extends string, Word extends string> = Word extends ''
  ? Out
  : Out extends ''
    ? Uncapitalize<Calm<Word>>
    : `${Out}${Capitalize<Calm<Word>>}`
type Calm<Word extends string> = Word extends Uppercase<Word> ? Lowercase<Word> : Word
type Fallback<Text extends string, Name extends string> = Text extends '' ? Name : Text
