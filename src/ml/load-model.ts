import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import type { Field } from '../schema/index.ts'
import { hashBytes } from '../storage/index.ts'
import { checkText } from './check-arguments.ts'
import { kindNamed, type Tensor } from './kinds/index.ts'
import { hashManifest, type Manifest, manifestName, manifestVersion, tensorFile } from './manifest.ts'
import { makeModel } from './model.ts'
import { isLearnable } from './values.ts'
import { decodeIntegers, decodeNumbers } from './statistics/fold.ts'
import type { AnyModel } from './types.ts'

/**
 * Loads a model that `save` wrote. Everything is checked before it is used: the manifest's own hash, then size, hash and shape of each tensor, then that
 * the numbers make a model. Nothing in the folder is ever run.
 *
 * The compiler does not know the columns of a loaded model: they are checked when it is used.
 *
 * @example
 * const predicted = (await loadModel('models/price')).transform(houses)
 * @throws storage.not-found when there is no such folder
 * @throws ml.damaged-model naming the damaged file
 * @throws storage.version when a newer version wrote it; ml.unknown-kind
 */
export async function loadModel(path: string): Promise<AnyModel> {
  checkText('loadModel', path, 'a path')
  const manifest = await readManifest(path)
  const kind = kindNamed(manifest.kind)
  const bytes = new Map<string, Uint8Array>()
  for (const file of manifest.files) bytes.set(file.name, await readTensor(path, file))
  const tensors: Record<string, Tensor> = {}
  for (const [name, reference] of Object.entries(manifest.tensors)) {
    const found = bytes.get(reference.file)
    const length = reference.shape.reduce((product, side) => product * side, 1)
    const size = reference.type === 'int32' ? 4 : 8
    if (found === undefined || found.byteLength !== length * size)
      throw damaged(path, manifestName, `tensor ${name} of shape ${reference.shape.join('x')} has no file of that size`)
    const values = reference.type === 'int32' ? decodeIntegers(found) : (decodeNumbers(found, [length])[0] as Float64Array)
    tensors[name] = { shape: reference.shape, values }
  }
  const state = restored(path, () => kind.restore({ json: manifest.state, tensors }))
  const names = manifest.features.map(field => field.name)
  const asked = kind.inputs(state)
  if (asked.length !== names.length || asked.some((name, i) => name !== names[i]))
    throw damaged(path, manifestName, `the features (${names.join(', ')}) are not those of the state (${asked.join(', ')})`)
  if (kind.role(state) !== manifest.role)
    throw damaged(path, manifestName, `the role is ${manifest.role}, the state is that of a ${kind.role(state)}`)
  return makeModel({
    kind: manifest.kind,
    state,
    features: manifest.features,
    target: manifest.target ?? undefined,
    rows: manifest.rows,
  }) as AnyModel
}

function restored(path: string, restore: () => object): object {
  try {
    return restore()
  } catch (cause) {
    if (cause instanceof TidemillError) throw cause
    throw damaged(path, manifestName, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

async function readManifest(path: string): Promise<Manifest> {
  const text = await readText(path)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged(path, manifestName, 'not JSON', cause)
  }
  if (!isRecord(value) || value['format'] !== 'tidemill.model') throw damaged(path, manifestName, 'not the manifest of a tidemill model')
  const { version } = value
  if (typeof version === 'number' && version > manifestVersion)
    throw new TidemillError(
      'storage.version',
      `model of version ${version}: ${join(path, manifestName)} (this tidemill reads up to ${manifestVersion})`,
      {
        hint: 'update tidemill',
        details: { path, version },
      },
    )
  const { hash, ...body } = value
  if (hash !== hashManifest(body)) throw damaged(path, manifestName, 'its text does not have the hash it names')
  const wrong = misshapen(body)
  if (wrong !== undefined) throw damaged(path, manifestName, wrong)
  return body as unknown as Manifest
}

/** The hash says that nothing changed since it was written; this says that what was written has the right form. */
function misshapen(body: Record<string, unknown>): string | undefined {
  const { version, kind, features, target, rows, state, tensors, files } = body
  if (version !== manifestVersion) return `version ${String(version)}`
  if (typeof kind !== 'string') return 'no kind'
  if (!Array.isArray(features) || features.length === 0 || !features.every(isField)) return 'features are not fields'
  if (target !== null && !isField(target)) return 'target is not a field'
  if (!(typeof rows === 'number' && Number.isSafeInteger(rows) && rows > 0)) return 'rows is not a count'
  if (!isRecord(state)) return 'no state'
  if (!isRecord(tensors) || !Object.values(tensors).every(isReference)) return 'tensors are not references'
  if (!Array.isArray(files) || !files.every(isFile)) return 'files are not named by their content'
  return undefined
}

function isField(value: unknown): value is Field {
  return isRecord(value) && typeof value['name'] === 'string' && typeof value['nullable'] === 'boolean' && isFeatureType(value['type'])
}

/** A number, or text. Hostile: the manifest may say anything. */
function isFeatureType(type: unknown): boolean {
  if (typeof type === 'string') return type === 'string' || isLearnable(type as Field['type'])
  return isRecord(type) && Array.isArray(type['enum']) && type['enum'].every(item => typeof item === 'string')
}

function isReference(value: unknown): boolean {
  if (!isRecord(value) || typeof value['file'] !== 'string' || !Array.isArray(value['shape'])) return false
  if (value['type'] !== 'float64' && value['type'] !== 'int32') return false
  return value['shape'].every(side => Number.isSafeInteger(side) && (side as number) > 0)
}

function isFile(value: unknown): boolean {
  if (!isRecord(value) || typeof value['name'] !== 'string' || !tensorFile.test(value['name'])) return false
  return value['name'] === `${String(value['sha256'])}.bin` && Number.isSafeInteger(value['bytes']) && (value['bytes'] as number) >= 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(join(path, manifestName), 'utf8')
  } catch (cause) {
    const folder = await stat(path).catch(() => undefined)
    if (folder?.isDirectory() === true) throw damaged(path, manifestName, 'it is missing or cannot be read', cause)
    throw new TidemillError('storage.not-found', `no model folder: ${path}`, { cause, details: { path } })
  }
}

async function readTensor(path: string, file: Manifest['files'][number]): Promise<Uint8Array> {
  const whole = join(path, file.name)
  let size: number
  try {
    size = (await stat(whole)).size
  } catch (cause) {
    throw damaged(path, file.name, 'it is missing', cause)
  }
  if (size !== file.bytes) throw damaged(path, file.name, `it has ${size} bytes, not ${file.bytes}`)
  const bytes = await readFile(whole).catch((cause: unknown) => {
    throw damaged(path, file.name, 'it cannot be read', cause)
  })
  if (hashBytes(bytes) !== file.sha256) throw damaged(path, file.name, 'its bytes do not have the hash in its name')
  return bytes
}

function damaged(path: string, file: string, why: string, cause?: unknown): TidemillError {
  return new TidemillError('ml.damaged-model', `damaged model file: ${join(path, file)} (${why})`, {
    details: { path, file },
    hint: 'save the model again, or take it from a copy',
    ...(cause === undefined ? {} : { cause }),
  })
}
