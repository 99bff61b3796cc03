import { isLocalDateTime } from '../../src/schema/index.ts'
import type { Golden } from './folders.ts'
import type { Tables } from './tables.ts'

/** What a job answers: rows with their columns in the order of the reference, or its other figures by name. */
export interface Answer {
  readonly rows?: readonly object[]
  readonly figures?: Readonly<Record<string, unknown>>
}
export interface Job {
  /** Its name in `batch.json`. */
  readonly name: string
  /** Which verb of its own it waits for, when today it takes several. */
  readonly madeOf?: string
  readonly run: (tables: Tables) => Promise<Answer>
}

/**
 * Where an answer leaves the reference: sentences, none when they agree. Floats may differ by `tol * max(1, |golden|)`.
 */
export function differences(answer: Answer, golden: Golden): string[] {
  const found: string[] = []
  const tol = golden.tol ?? 1e-9
  if (answer.rows !== undefined) {
    const rows = answer.rows.map(row => Object.values(row as Readonly<Record<string, unknown>>))
    const wanted = golden.rows ?? []
    if (golden.n !== undefined && rows.length !== golden.n) found.push(`${rows.length} rows, the reference has ${golden.n}`)
    if (golden.rows === undefined) found.push('the reference has no rows')
    wanted.forEach((cells, index) => {
      const own = rows[index] ?? []
      if (own.length !== cells.length) found.push(`row ${index + 1} has ${own.length} columns, the reference ${cells.length}`)
      cells.forEach((cell, place) => {
        if (!alike(own[place], cell, tol))
          found.push(`row ${index + 1}, ${golden.columns?.[place]}: ${shown(own[place])}, the reference has ${shown(cell)}`)
      })
    })
  }
  for (const [name, value] of Object.entries(answer.figures ?? {}))
    if (!alike(value, golden[name], tol)) found.push(`${name}: ${shown(value)}, the reference has ${shown(golden[name])}`)
  return found
}

function alike(own: unknown, golden: unknown, tol: number): boolean {
  if (own instanceof Date) return own.getTime() === new Date(String(golden)).getTime()
  // The reference has clocks without a zone as UTC.
  if (isLocalDateTime(own)) return `${own.toString()}Z` === golden
  if (typeof own === 'number' && typeof golden === 'number') return Math.abs(own - golden) <= tol * Math.max(1, Math.abs(golden))
  if (typeof own !== 'object' || own === null || typeof golden !== 'object' || golden === null) return own === golden
  const [a, b] = [Object.entries(own), Object.entries(golden)]
  return a.length === b.length && a.every(([key, value]) => key in golden && alike(value, (golden as Record<string, unknown>)[key], tol))
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
