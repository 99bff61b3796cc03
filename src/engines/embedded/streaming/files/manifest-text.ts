/**
 * A manifest as text: a first line `tidemill manifest <format> sha256 <hash of "<format>\n" and the second line>` and a second line of JSON. The first line keeps
 * this form in every format to come, so that a newer manifest is told from a damaged one.
 */
import { TidemillError } from '../../../../errors/index.ts'
import { hashBytes } from '../../../../storage/index.ts'
import type { Manifest } from '../seams.ts'

const format = 1

/** The bytes of a manifest file. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const text = JSON.stringify(manifest)
  return new TextEncoder().encode(`${head(format, text)}\n${text}\n`)
}

function head(version: number, text: string): string {
  return `tidemill manifest ${version} sha256 ${hashBytes(`${version}\n${text}`)}`
}

/**
 * The manifest of these bytes; undefined when they are not what was written.
 *
 * @throws stream.checkpoint-version for a whole manifest of a newer format
 */
export function decodeManifest(bytes: Uint8Array): Manifest | undefined {
  const lines = new TextDecoder().decode(bytes).split('\n')
  const [first, text, rest] = lines
  if (lines.length !== 3 || first === undefined || text === undefined || rest !== '') return undefined
  const version = Number(/^tidemill manifest (\d{1,9}) sha256 /.exec(first)?.[1])
  if (first !== head(version, text)) return undefined
  if (version > format)
    throw new TidemillError('stream.checkpoint-version', `manifest of a newer format: ${version} (this is ${format})`, {
      details: { format: version },
      hint: 'run the version of tidemill that wrote it, or a newer one',
    })
  return JSON.parse(text) as Manifest
}
