import { expect, test } from 'vitest'
import { originMark } from './load-function.ts'
import { functionPrint, type HostFunction } from './index.ts'

const written = (folder: string, line: number, body = 'x * 2'): HostFunction => ({
  name: 'twice',
  module: `${originMark}file://${folder}/job.ts */ import { a as a } from "file://${folder}/lib/a.ts"; ${'\n'.repeat(line)}    const $tidemill = (x) => ${body}\nexport { $tidemill as fn }\n//# sourceURL=file://${folder}/job.ts\n`,
  hash: '',
})

test('a function is the same function wherever it stands', () => {
  const print = functionPrint(written('/home/me', 3))
  expect(print).toMatch(/^[0-9a-f]{64}$/)
  expect(functionPrint(written('/home/me', 40))).toBe(print)
  expect(functionPrint(written('/srv/app', 3))).toBe(print)
})

test('another text or other values are another function', () => {
  const print = functionPrint(written('/home/me', 3))
  expect(functionPrint(written('/home/me', 3, 'x * 3'))).not.toBe(print)
  const one = functionPrint({ ...written('/home/me', 3), with: { rate: 1 } })
  expect(one).not.toBe(print)
  expect(functionPrint({ ...written('/home/me', 3), with: { rate: 2 } })).not.toBe(one)
})
