/** Checks of stored state. What they throw is wrapped by the loader, which knows the file. */
import type { Label, Stored } from './kind.ts'

/** A list of distinct texts out of stored JSON. */
export function textsIn(stored: Stored, key: string): readonly string[] {
  const value = stored.json[key]
  if (!Array.isArray(value) || value.length === 0 || !value.every(item => typeof item === 'string'))
    throw new Error(`${key} is not a list of names`)
  const names = value as string[]
  if (new Set(names).size !== names.length) throw new Error(`${key} has a name twice`)
  return Object.freeze([...names])
}

/** A finite number out of stored JSON. */
export function numberIn(stored: Stored, key: string): number {
  const value = stored.json[key]
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`${key} is not a finite number`)
  return value
}

/** A vector of finite numbers of a known length out of the tensors. */
export function vectorIn(stored: Stored, key: string, length: number): readonly number[] {
  const tensor = Object.hasOwn(stored.tensors, key) ? stored.tensors[key] : undefined
  if (tensor === undefined) throw new Error(`no tensor ${key}`)
  if (tensor.shape.length !== 1 || tensor.values.length !== length)
    throw new Error(`tensor ${key} has shape ${tensor.shape.join('x')}, not ${length}`)
  if (!tensor.values.every(Number.isFinite)) throw new Error(`tensor ${key} holds a number that is not finite`)
  return Object.freeze([...tensor.values])
}

/** Whole numbers of 32 bits of a known length out of the tensors. */
export function integersIn(stored: Stored, key: string, length: number): Int32Array {
  const tensor = Object.hasOwn(stored.tensors, key) ? stored.tensors[key] : undefined
  if (tensor === undefined) throw new Error(`no tensor ${key}`)
  if (!(tensor.values instanceof Int32Array)) throw new Error(`tensor ${key} is not of whole numbers`)
  if (tensor.shape.length !== 1 || tensor.values.length !== length)
    throw new Error(`tensor ${key} has shape ${tensor.shape.join('x')}, not ${length}`)
  return tensor.values
}

/** Distinct labels of one type out of stored JSON. */
export function labelsIn(stored: Stored, key: string): readonly Label[] {
  const value = stored.json[key]
  if (!Array.isArray(value) || value.length === 0) throw new Error(`${key} is not a list of labels`)
  const type = typeof value[0]
  const whole = value.every(item => typeof item === type && (typeof item !== 'number' || Number.isSafeInteger(item)))
  if (!whole || !['string', 'number', 'boolean'].includes(type)) throw new Error(`${key} holds labels of different types`)
  const labels = value as Label[]
  if (new Set(labels).size !== labels.length) throw new Error(`${key} has a label twice`)
  return Object.freeze([...labels])
}

/** A tensor of finite numbers of a known shape, as it is. */
export function numbersIn(stored: Stored, key: string, shape: readonly number[]): Float64Array {
  const tensor = Object.hasOwn(stored.tensors, key) ? stored.tensors[key] : undefined
  if (tensor === undefined) throw new Error(`no tensor ${key}`)
  const length = shape.reduce((product, size) => product * size, 1)
  if (tensor.shape.join('x') !== shape.join('x') || tensor.values.length !== length)
    throw new Error(`tensor ${key} has shape ${tensor.shape.join('x')}, not ${shape.join('x')}`)
  if (!(tensor.values instanceof Float64Array)) throw new Error(`tensor ${key} is not of float64`)
  if (!tensor.values.every(Number.isFinite)) throw new Error(`tensor ${key} holds a number that is not finite`)
  return tensor.values
}

/** A vector as a tensor. */
export function tensorOf(values: readonly number[]): { readonly shape: readonly number[]; readonly values: Float64Array } {
  return { shape: [values.length], values: Float64Array.from(values) }
}
