/** Names that tell who writes, so that what a dead process left can be told from what a living one is at. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { processIsRunning } from '../storage/index.ts'

/** Hidden from readers and listings. */
export const hiddenPrefix = '.tidemill-'

/** An id `host-process-start-random`; the last part, 12 hexadecimal digits, stands in the names of its files. */
export function newWriterId(): string {
  return `${hostMark()}-${process.pid.toString(36)}-${startOf('self') ?? '0'}-${randomBytes(6).toString('hex')}`
}

/** The part of an id that stands in the names of files. */
export function shortId(id: string): string {
  return id.slice(id.lastIndexOf('-') + 1)
}

/**
 * Whether the process of an id is gone: one of this machine that is not there any more, or is another one by now; of another machine one that has not
 * touched its mark for a day.
 *
 * @param ageMs since its mark or folder was last changed
 */
export function isGone(id: string, ageMs: number): boolean {
  const [host, pid, start] = id.split('-')
  if (host === undefined || pid === undefined || start === undefined) return ageMs > dayMs
  if (host !== hostMark()) return ageMs > dayMs
  const number = Number.parseInt(pid, 36)
  if (!processIsRunning(number)) return true
  const now = startOf(number)
  return now !== undefined && start !== '0' && now !== start
}
const dayMs = 86_400_000

function hostMark(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 6)
}

/** When a process began, in ticks since the machine started; Linux tells. A zombie has ended. */
function startOf(pid: number | 'self'): string | undefined {
  let text
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    // Other systems, and a process that has just ended.
    return undefined
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? 'gone' : Number(fields[19]).toString(36)
}
