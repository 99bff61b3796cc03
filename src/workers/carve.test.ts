import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { callSite } from '../errors/index.ts'
import { captures } from './fixtures/captures.ts'
import { apply } from './fixtures/apply.ts'
import { travels } from './fixtures/travels.ts'
import { carve } from './index.ts'

test('functions travel in this process too', async () => {
  for (const [fn, wanted] of travels) {
    const given = await apply({ fn, argument: { x: 4 } })
    expect(given, `line ${fn.at?.line}: ${fn.module}`).toEqual(wanted)
  }
})
test('cap', () => { for (const [make, wanted] of captures) expect(make).toThrow(wanted) })
test('site', () => { console.log(callSite(), (() => 1).toString(), travels[1]?.[0].at); console.log(carve((x: number) => (x + '1') as string, callSite()).module)})
