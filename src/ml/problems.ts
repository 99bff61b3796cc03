import { TidemillError, type ErrorCode } from '../errors/index.ts'

const hints: Readonly<Partial<Record<ErrorCode, string>>> = {
  'ml.not-numeric':
    "text: oneHotEncoder() in columns(); days and times: r.day.epoch('second'); decimals: r.d.cast('float64'); or name the features: fit(data, { columns: [...] })",
  'ml.has-nulls': 'leave the rows out with dropNulls(), or put a value there with fillNull()',
  'ml.not-finite': 'leave the rows out with filter()',
}

/** One error for all problems: the code of the first, the text of each. */
export function throwAll(problems: readonly (readonly [ErrorCode, string])[]): void {
  const first = problems[0]
  if (first === undefined) return
  const hint = hints[first[0]]
  throw new TidemillError(first[0], problems.map(([, text]) => text).join('; '), {
    details: { problems: problems.map(([code, message]) => ({ code, message })) },
    ...(hint === undefined ? {} : { hint }),
  })
}
