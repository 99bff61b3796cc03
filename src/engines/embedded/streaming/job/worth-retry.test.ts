import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { TidemillError } from '../../../../errors/index.ts'
import { errorFromWire, errorToWire } from '../../../../workers/index.ts'
import { faultOf, worthRetry } from './worth-retry.ts'

test('what may pass is tried again, also when it comes from a thread', async () => {
  const system: unknown = await readFile('/no/such/file').catch((error: unknown) => error)
  expect(worthRetry(system)).toBe(true)
  expect(worthRetry(errorFromWire(errorToWire(faultOf(system, 'hot'))))).toBe(true)
  expect(worthRetry(new TidemillError('workers.died', 'a thread ended'))).toBe(true)
})

test.each([
  'stream.function-failed',
  'stream.async-function',
  'stream.broken-record',
  'stream.changed-plan',
  'stream.fenced',
  'expr.overflow',
] as const)('an error that would come again is not: %s', code => {
  expect(worthRetry(new TidemillError(code, 'again'))).toBe(false)
})

test('a fault of ours is not, and keeps its text', () => {
  const fault = faultOf(new TypeError('x is not a function'), 'hot')
  expect(fault).toMatchObject({ code: 'stream.failed', message: 'job hot ended by a fault: x is not a function' })
  expect(worthRetry(fault)).toBe(false)
})
