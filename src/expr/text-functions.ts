/** Rows of the table of functions: texts. */
import { type FunctionInfo, row, type Short } from './function-info.ts'
import type { TextFunctionName } from './scalar-names.ts'

const text = ['text'] as const
const many = 100_000
const scalar = row('scalar')
const search: Short = { of: text, takes: text, args: [2, 2], gives: 'boolean' }

/** Functions of texts by name. */
export const textFunctions: Readonly<Record<TextFunctionName, FunctionInfo>> = {
  upper: scalar('In capital letters; beyond ASCII as the engine knows them.', { of: text, gives: 'string' }),
  lower: scalar('In small letters; beyond ASCII as the engine knows them.', { of: text, gives: 'string' }),
  trim: scalar('Without blanks, or the characters given, at both ends.', { of: text, gives: 'string', options: ['chars'] }),
  trimStart: scalar('Without blanks, or the characters given, at the beginning.', { of: text, gives: 'string', options: ['chars'] }),
  trimEnd: scalar('Without blanks, or the characters given, at the end.', { of: text, gives: 'string', options: ['chars'] }),
  padStart: scalar('Filled at the beginning up to a width in code points; a longer text stays as it is.', {
    of: text,
    gives: 'string',
    options: ['width', 'fill'],
  }),
  padEnd: scalar('Filled at the end up to a width in code points; a longer text stays as it is.', {
    of: text,
    gives: 'string',
    options: ['width', 'fill'],
  }),
  repeat: scalar('The text so many times.', { of: text, gives: 'string', options: ['times'] }),
  reverse: scalar('The code points from the last to the first.', { of: text, gives: 'string' }),
  length: scalar('How many code points.', { of: text, gives: 'int64' }),
  slice: scalar('From code point `start` up to `end`, which is left out; negative ones count from the end.', {
    of: text,
    gives: 'string',
    options: ['start', 'end'],
  }),
  concat: scalar('One text after the other; NULL when one is NULL.', { of: text, takes: text, args: [2, many], gives: 'string' }),
  contains: scalar('The part stands somewhere in the text.', search),
  startsWith: scalar('The text begins with the part.', search),
  endsWith: scalar('The text ends with the part.', search),
  indexOf: scalar('The code point, from 0, at which the part stands first; -1 when it is not there.', { ...search, gives: 'int64' }),
  like: scalar(
    'The whole text is as a pattern of SQL says: `%` is any text, `_` one character, a backslash takes the next as it is.',
    search,
  ),
  ilike: scalar('The same, capital and small letters alike; beyond ASCII as the engine knows them.', search),
  countText: scalar('How often a text stands in it, without overlaps.', { of: text, gives: 'int64', options: ['pattern'] }),
  capitalize: scalar('The first letter capital, the others small; beyond ASCII as the engine knows them.', { of: text, gives: 'string' }),
  title: scalar('The first letter of each word capital, the others small; a word is letters, digits, marks and apostrophes.', {
    of: text,
    gives: 'string',
  }),
  normalize: scalar('In a normal form of Unicode: NFC, NFD, NFKC or NFKD.', {
    of: text,
    gives: 'string',
    options: ['form'],
  }),
  stripAccents: scalar('Letters without their marks.', { of: text, gives: 'string' }),
  levenshtein: scalar(
    'The least number of characters to put in, leave out or change to get the other text; an error where the lengths have a product above 100 million.',
    {
      ...search,
      gives: 'int64',
    },
  ),
  codePoint: scalar('The number of the first character; NULL of an empty text.', { of: text, gives: 'int64', nulls: 'always' }),
  toChar: scalar('The character of a number; an error where there is none.', { of: ['number'], gives: 'string' }),
  countMatches: scalar('How often the pattern matches.', { of: text, gives: 'int64', options: ['pattern', 'flags'] }),
  matches: scalar('The pattern matches somewhere in the text.', { of: text, gives: 'boolean', options: ['pattern', 'flags'] }),
  extract: scalar('A group of the first match, 0 for all of it; NULL when nothing matches.', {
    of: text,
    gives: 'string',
    nulls: 'always',
    options: ['pattern', 'flags', 'group'],
  }),
  extractAll: scalar('A group of every match, 0 for all of it; a group that took no part is an empty text.', {
    of: text,
    gives: 'texts',
    options: ['pattern', 'flags', 'group'],
  }),
  replace: scalar('Every occurrence of a text replaced.', { of: text, gives: 'string', options: ['pattern', 'by'] }),
  replaceRegex: scalar(
    'Every match replaced, but no empty one right behind another; `$1` in the replacement is a group, `$&` the match, `$$` a dollar.',
    {
      of: text,
      gives: 'string',
      options: ['pattern', 'flags', 'by'],
    },
  ),
  split: scalar('The parts between the separators; an empty text has one empty part.', {
    of: text,
    gives: 'texts',
    options: ['separator'],
  }),
  parse: scalar(
    'Read by a strptime pattern: %Y %y %m %b %B %d %H %I %p %M %S %f %z %a %A %%. What cannot be read is an error, or NULL when asked.',
    {
      of: text,
      gives: 'to',
      nulls: 'invalid',
      options: ['pattern', 'to', 'invalid'],
    },
  ),
  json: scalar(
    'The value at a path of JSON text, as text; NULL for null and for what is not there. What is no JSON is an error, or NULL when asked.',
    {
      of: text,
      gives: 'string',
      nulls: 'always',
      options: ['path', 'invalid'],
    },
  ),
}
