/** At most three names that a person may have meant: few letters differ, or one begins with the other. */
export function nearNames(wanted: string, names: readonly string[]): readonly string[] {
  const want = wanted.toLowerCase()
  const stem = stemOf(want)
  return names
    .map(name => {
      const have = name.toLowerCase()
      const distance = editDistance(want, have)
      const kin =
        stem.length >= 3 && (stemOf(have) === stem || have.startsWith(stem) || (stemOf(have).length >= 3 && want.startsWith(stemOf(have))))
      return { name, distance: kin ? Math.min(distance, 2) : distance }
    })
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(want.length / 4)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name)
}

/**
 * The hint for misspelt names: `did you mean price?`; undefined when no name is near.
 *
 * @param wanted the names that are not there
 */
export function didYouMean(wanted: readonly string[], names: readonly string[]): string | undefined {
  const near = [...new Set(wanted.flatMap(name => nearNames(name, names)))]
  if (near.length === 0) return undefined
  return `did you mean ${wanted.length === 1 ? near.join(' or ') : near.join(', ')}?`
}

function stemOf(name: string): string {
  return name.replace(/\..*$/, '')
}

/** Insertions, deletions and changes from one text to the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
