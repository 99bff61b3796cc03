/** What of an SQL text must be known before an engine reads it: where statements end, and which files it names. */

export interface SqlToken {
  readonly kind: 'word' | 'text' | 'name' | 'sign'
  /** Of texts and quoted names what is between the quotes. */
  readonly value: string
  readonly from: number
  readonly to: number
}
export interface SqlTokens {
  readonly tokens: readonly SqlToken[]
  /** A quote or a comment that the text ends in the middle of. */
  readonly open: boolean
}

const pattern =
  /\s+|--[^\n]*|(\/\*)|'((?:[^']|'')*)('?)|"((?:[^"]|"")*)("?)|(\$[A-Za-z_]*\$)|([\p{L}_][\p{L}\p{N}_$]*)|([0-9][0-9A-Za-z_.]*|[^])/gu

/** The tokens of an SQL text, without blanks and comments. */
export function sqlTokens(text: string): SqlTokens {
  const tokens: SqlToken[] = []
  let open = false
  const scan = new RegExp(pattern)
  for (let match = scan.exec(text); match !== null; match = scan.exec(text)) {
    const [all, comment, string, stringEnd, quoted, quotedEnd, dollar, word, sign] = match
    const { index } = match
    let to = index + all.length
    const add = (kind: SqlToken['kind'], value: string): number => tokens.push({ kind, value, from: index, to })
    if (comment !== undefined) {
      const end = text.indexOf('*/', to)
      open ||= end === -1
      to = end === -1 ? text.length : end + 2
    } else if (string !== undefined) {
      open ||= stringEnd === ''
      add('text', string.replaceAll("''", "'"))
    } else if (quoted !== undefined) {
      open ||= quotedEnd === ''
      add('name', quoted.replaceAll('""', '"'))
    } else if (dollar !== undefined) {
      const end = text.indexOf(dollar, to)
      const value = text.slice(to, end === -1 ? undefined : end)
      open ||= end === -1
      to = end === -1 ? text.length : end + dollar.length
      add('text', value)
    } else if (word !== undefined) add('word', word)
    else if (sign !== undefined) add('sign', sign)
    scan.lastIndex = to
  }
  return { tokens, open }
}

/** The statements of a text that end with a semicolon, without it, and what comes after the last one. */
export function sqlStatements(text: string): { readonly statements: readonly string[]; readonly rest: string } {
  const statements: string[] = []
  let from = 0
  for (const { kind, value, from: at } of sqlTokens(text).tokens) {
    if (kind !== 'sign' || value !== ';') continue
    const statement = text.slice(from, at).trim()
    if (statement !== '') statements.push(statement)
    from = at + 1
  }
  return { statements, rest: text.slice(from) }
}

const endOfFrom = /^(where|group|having|order|limit|window|qualify|union|intersect|except|select|on|using|offset|sample|pivot|unpivot)$/i

/** What stands in quotes where a table is wanted: `from 'sales.csv'`, `join "more.csv" using (id)`; in the order of the text, each once. */
export function quotedTables(text: string): readonly string[] {
  const found = new Set<string>()
  /** For each open parenthesis, whether a table may come next after a comma. */
  const inFrom = [false]
  let wanted = false
  for (const { kind, value } of sqlTokens(text).tokens) {
    if ((kind === 'text' || kind === 'name') && wanted) found.add(value)
    if (kind === 'sign' && value === '(') {
      // `from ('a.csv' join 'b.csv')`
      inFrom.push(wanted)
      continue
    }
    if (kind === 'sign' && value === ')' && inFrom.length > 1) inFrom.pop()
    const here = inFrom.length - 1
    wanted = false
    if (kind === 'sign' && value === ',') wanted = inFrom[here] === true
    if (kind !== 'word') continue
    if (/^(from|join)$/i.test(value)) {
      inFrom[here] = true
      wanted = true
    } else if (endOfFrom.test(value)) inFrom[here] = false
  }
  return [...found]
}
