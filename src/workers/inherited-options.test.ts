import { expect, test } from 'vitest'
import { mustRun } from '../../test/house/run.ts'
import { root } from '../../test/house/tree.ts'
import { inheritedOptions } from './index.ts'

test('threads get the options that say how modules are found, not those of the whole process or of the program', () => {
  const given = ['--conditions=tidemill-source', '--max-old-space-size=200', '--expose-gc', '--no-warnings', '-e', 'program', '--title=x']
  expect(inheritedOptions(given)).toEqual(['--conditions=tidemill-source', '--no-warnings'])
  expect(inheritedOptions([])).toEqual([])
})

test('a program that was started with a larger heap may use functions of its own', async () => {
  const program = `
import { tidemill } from 'tidemill'
import { rows } from 'tidemill/connectors'
await using tm = await tidemill({ typesFile: false })
console.log(JSON.stringify(await (await tm.read(rows([{ x: 1 }]))).map(row => ({ y: row.x + 1 })).rows()))`
  const args = ['--max-old-space-size=400', '--conditions=tidemill-source', '--input-type=module', '-e', program]
  expect((await mustRun(process.execPath, args, { cwd: root })).out).toBe('[{"y":2}]\n')
})
