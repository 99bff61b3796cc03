/** The file that says what a model folder holds. */
import type { Field, Schema } from '../schema/index.ts'
import { hashBytes } from '../storage/index.ts'

export const manifestName = 'model.json'
/** Tensors are named by their content, so a name can point nowhere else. */
export const tensorFile: RegExp = /^[0-9a-f]{64}\.bin$/
/** The newest version this package reads. */
export const manifestVersion = 1

interface TensorReference {
  readonly file: string
  readonly type: 'float64' | 'int32'
  readonly shape: readonly number[]
}
/** `model.json` without its last member `hash`, the sha256 of the others as compact JSON. */
export interface Manifest {
  readonly format: 'tidemill.model'
  readonly version: 1
  readonly kind: string
  readonly role: string
  readonly features: Schema
  readonly target: Field | null
  readonly rows: number
  readonly state: Readonly<Record<string, unknown>>
  readonly tensors: Readonly<Record<string, TensorReference>>
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[]
}

/** The manifest as text with its own hash. */
export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, hash: hashManifest(manifest) }, null, 2)}\n`
}

/** sha256 of the compact JSON; layout and line ends of the file do not matter. */
export function hashManifest(manifest: object): string {
  return hashBytes(JSON.stringify(manifest))
}
