/** Characters that cannot stand in a statement as they are: NUL, the marks of spans, halves of a surrogate pair. */
const unsafe = /[\u0000-\u0003\p{Surrogate}]/gu

/**
 * Column names that stay apart in a database that ignores case, and that can be written in a statement; results are read by position, so a changed name does
 * no harm.
 */
export function safeNames(fields: readonly { readonly name: string }[]): string[] {
  const taken = new Set<string>()
  const often = new Map<string, number>()
  for (const { name } of fields) often.set(name.toLowerCase(), (often.get(name.toLowerCase()) ?? 0) + 1)
  return fields.map(({ name }, index) => {
    const plain = name.replace(unsafe, '_')
    let safe = (often.get(name.toLowerCase()) ?? 0) > 1 || name === '' || plain !== name ? `${plain}__${index}` : name
    while (taken.has(safe.toLowerCase())) safe = `${safe}_`
    taken.add(safe.toLowerCase())
    return safe
  })
}
