/** The kernels against the cases that every engine must pass; what they lack is declared in `missingKernels`, and is lacking. */
import { expect, test } from 'vitest'
import { functions } from '../expr/index.ts'
import { conformanceCases, semantics } from '../semantics/index.ts'
import { kernelCases, runCase } from '../testing/index.ts'
import { kernelFunctions, missingKernels } from './index.ts'

for (const one of kernelCases)
  test(one.name, async () => {
    expect(await runCase(one, undefined)).toBe(one.gap?.(undefined) === undefined ? 'passed' : 'declared')
  })

test('every function of the table is a kernel or is declared as missing, not both', () => {
  const names = Object.keys(functions)
  expect([...kernelFunctions, ...Object.keys(missingKernels)].sort()).toEqual([...names].sort())
})

test('every rule of semantics that is about expressions has a case', () => {
  const rules = new Set(conformanceCases.map(one => one.rule))
  expect([...rules].filter(rule => !semantics.some(({ id }) => id === rule))).toEqual([])
  expect(semantics.filter(({ id, elsewhere }) => !rules.has(id) && elsewhere === undefined).map(({ id }) => id)).toEqual([])
})
