/** The file that lets a search go on where it stopped. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { TidemillError } from '../../errors/index.ts'
import { hashBytes, writeFileAtomic } from '../../storage/index.ts'
import type { Table } from '../table.ts'

const format = 'tidemill.search'
const version = 1
/** Scores of one fit, by the number of the candidate and of the fold: `12/3`. */
export type Scores = Readonly<Record<string, number>>

export interface Journal {
  readonly known: ReadonlyMap<string, Scores>
  add(key: string, scores: Scores): void
  /** Writes what was added since the last time. */
  flush(): Promise<void>
}

/**
 * Opens the journal of a search; a new one where there is no file.
 *
 * @param fingerprint of all that decides the scores: estimator, grid, folds, data
 * @throws ml.search when the file belongs to another search, or is damaged
 */
export async function openJournal(path: string, fingerprint: string): Promise<Journal> {
  const known = await read(path, fingerprint)
  let dirty = false
  let writing: Promise<void> = Promise.resolve()
  return {
    known,
    add(key, scores) {
      known.set(key, scores)
      dirty = true
    },
    flush() {
      writing = writing.then(async () => {
        if (!dirty) return
        dirty = false
        const body = { format, version, fingerprint, scores: Object.fromEntries(known) }
        await writeFileAtomic(path, `${JSON.stringify({ ...body, hash: hashBytes(JSON.stringify(body)) })}\n`)
      })
      return writing
    },
  }
}

async function read(path: string, fingerprint: string): Promise<Map<string, Scores>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw new TidemillError('ml.search', `search journal cannot be read: ${path}`, { cause, details: { path } })
  }
  const body = parsed(path, text)
  if (body.version > version)
    throw new TidemillError(
      'storage.version',
      `search journal of version ${body.version}: ${path} (this tidemill reads up to ${version})`,
      {
        hint: 'update tidemill',
        details: { path },
      },
    )
  if (body.fingerprint !== fingerprint)
    throw new TidemillError('ml.search', `the journal belongs to another search: ${path}`, {
      hint: 'the data, the estimator, the grid, the folds or the scoring changed; remove the file, or name another',
      details: { path },
    })
  return new Map(Object.entries(body.scores))
}

interface Body {
  readonly version: number
  readonly fingerprint: string
  readonly scores: Readonly<Record<string, Scores>>
}

function parsed(path: string, text: string): Body {
  const damaged = (why: string, cause?: unknown): TidemillError =>
    new TidemillError('ml.search', `damaged search journal: ${path} (${why})`, {
      hint: 'remove the file: the search begins anew',
      details: { path },
      ...(cause === undefined ? {} : { cause }),
    })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged('not JSON', cause)
  }
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== format) throw damaged('not a search journal')
  const { hash, ...body } = value as unknown as Body & { hash: unknown }
  if (hash !== hashBytes(JSON.stringify(body))) throw damaged('its text does not have the hash it names')
  return body
}

/** sha256 of all that decides the scores of a search. */
export function fingerprintOf(description: object, table: Table, folds: Int32Array): string {
  const hash = createHash('sha256').update(JSON.stringify(description))
  const bytes = (view: ArrayBufferView): void => {
    // Shared memory cannot be hashed in place.
    hash.update(Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)))
  }
  hash.update(JSON.stringify([table.features, table.classes ?? null, table.rows]))
  for (const column of table.columns) {
    if (column instanceof Float64Array) bytes(column)
    else {
      hash.update(JSON.stringify(column.values))
      bytes(column.codes)
    }
  }
  for (const extra of [table.target, table.weight]) if (extra !== undefined) bytes(extra)
  bytes(folds)
  return hash.digest('hex')
}
