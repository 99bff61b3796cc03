import type { Schema } from '../schema/index.ts'

/** Column names that stay apart in a database that ignores case; results are read by position, so a changed name does no harm. */
export function safeNames(fields: Schema): string[] {
  const taken = new Set<string>()
  const often = new Map<string, number>()
  for (const { name } of fields) often.set(name.toLowerCase(), (often.get(name.toLowerCase()) ?? 0) + 1)
  return fields.map(({ name }, index) => {
    let safe = (often.get(name.toLowerCase()) ?? 0) > 1 || name === '' ? `${name}__${index}` : name
    while (taken.has(safe.toLowerCase())) safe = `${safe}_`
    taken.add(safe.toLowerCase())
    return safe
  })
}
