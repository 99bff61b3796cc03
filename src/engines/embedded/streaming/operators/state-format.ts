/**
 * How operators keep state: one record a key (of windows: a key and window). All numbers are little-endian; `value` is a tagged plain value of `StateWriter`.
 *
 * Every record begins with the version (1) and its kind.
 * - pane (1): window start (float64), pending (1: rows came since it last fired), key, the states of the aggregates
 * - closed (2): window start; all panes of this window in the key group of the record are gone
 * - key (3): last touched (float64, event time), key, then what the operator keeps: the states of the aggregates, or timers (count, then float64 each) and state (value)
 * - gone (4): key; it was forgotten
 *
 * A key is its length in bytes and its canonical words (`key-words.ts`). The states of the aggregates stand in the order of the calls in the expressions of the
 * step, each as its accumulator writes it (`src/kernels`). Event times are microseconds since 1970.
 */
import { TidemillError } from '../../../../errors/index.ts'
import { StateReader, type StateWriter } from '../../../../kernels/index.ts'

const version = 1
const kinds = ['', 'pane', 'closed', 'key', 'gone'] as const
export type RecordKind = 'pane' | 'closed' | 'key' | 'gone'

/** Begins a record in a writer that is empty. */
export function beginRecord(out: StateWriter, kind: RecordKind): void {
  out.byte(version)
  out.byte(kinds.indexOf(kind))
}

export function writeKey(out: StateWriter, words: Int32Array): void {
  out.bytes(new Uint8Array(words.buffer, words.byteOffset, words.byteLength))
}

/** @throws stream.checkpoint-version, stream.state-damaged */
export function openRecord(bytes: Uint8Array): { readonly kind: RecordKind; readonly from: StateReader } {
  const from = new StateReader(bytes)
  const found = from.byte()
  if (found > version)
    throw new TidemillError('stream.checkpoint-version', `state record of a newer version: ${found} (this version reads up to ${version})`)
  const number = from.byte()
  const kind = kinds[number]
  if (found === 0 || kind === undefined || kind === '')
    throw new TidemillError('stream.state-damaged', `state record that cannot be read: version ${found}, kind ${number}`)
  return { kind, from }
}

export function readKey(from: StateReader): Int32Array {
  const bytes = from.bytes()
  return new Int32Array(bytes.buffer, 0, bytes.length >> 2)
}

/** The error for a record of another operator. */
export function strangeRecord(id: string, kind: RecordKind): TidemillError {
  return new TidemillError('stream.state-damaged', `state record of another kind: ${kind} for step ${id}`)
}
