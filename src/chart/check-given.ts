import { TidemillError, whatIs } from '../errors/index.ts'

/** Refuses what is no list of objects with these members. @throws chart.argument */
export function checkList(chart: string, values: unknown, members: readonly string[], example: string): void {
  if (!Array.isArray(values)) throw notGiven(chart, `a list of { ${members.join(', ')} }`, values, example)
  const at = values.findIndex(value => typeof value !== 'object' || value === null || members.some(name => !(name in value)))
  if (at >= 0) throw notGiven(chart, `{ ${members.join(', ')} } at ${at}`, values[at], example)
}

/** Refuses what is no object with these members. @throws chart.argument */
export function checkMembers(chart: string, value: unknown, members: readonly string[], example: string): void {
  if (typeof value === 'object' && value !== null && members.every(name => name in value)) return
  throw notGiven(chart, `{ ${members.join(', ')} }`, value, example)
}

function notGiven(chart: string, wants: string, value: unknown, hint: string): TidemillError {
  return new TidemillError('chart.argument', `${chart} wants ${wants}, not ${whatIs(value)}`, { hint })
}
