/** Checks of stored state. What they throw is wrapped by the loader, which knows the file. */
import type { Stored } from './kind.ts'

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

/** A vector as a tensor. */
export function tensorOf(values: readonly number[]): { readonly shape: readonly number[]; readonly values: Float64Array } {
  return { shape: [values.length], values: Float64Array.from(values) }
}
