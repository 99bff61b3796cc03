import { problem } from './problem.ts'

const tokens = 'YmdHMSfyjbBaA%'

/** A pattern for `format` with tokens that every engine writes the same. */
export function formatTokens(pattern: string): string {
  for (const [text, token = ''] of pattern.matchAll(/%(.)?/gs))
    if (token === '' || !tokens.includes(token))
      throw problem(
        'expr.argument',
        `unknown part of a format: ${text} (have ${Array.from(tokens)
          .map(one => `%${one}`)
          .join(' ')})`,
      )
  return pattern
}
