/** Arrow bytes between us and Polars, whose 116 MB are installed for this test alone (see `tool`): on a machine without a registry it is not run, and says why. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Session, tidemill } from 'tidemill'
import { fromArrow, rows } from 'tidemill/connectors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tool } from '../house/tools.ts'

interface Polars {
  readIPC(bytes: Buffer): Frame
  readIPCStream(bytes: Buffer): Frame
}
interface Frame {
  readonly height: number
  toRecords(): Record<string, unknown>[]
  writeIPC(options?: object): Buffer
  writeIPCStream(options?: object): Buffer
}
let polars: Polars | undefined
let why = ''
let tm: Session
beforeAll(async () => {
  tm = await tidemill({ workers: 1, typesFile: false })
  try {
    const at = await tool('nodejs-polars', '0.26.1')
    polars = createRequire(join(at, 'package.json'))('nodejs-polars') as Polars
  } catch (error) {
    why = (error as Error).message
  }
}, 180_000)
afterAll(async () => {
  await tm?.close()
})

const some = [
  { id: 1, name: 'ä', x: 0.5, ok: true, at: '2026-11-21T10:00:00.000001Z' },
  { id: 2, name: null, x: -1e300, ok: null, at: '1969-12-31T23:59:59Z' },
]
const shape = { id: 'int64', name: 'string?', x: 'float64', ok: 'boolean?', at: 'timestamp' } as const

test('Polars reads ours, and we read what it writes, compressed or not', async context => {
  if (polars === undefined) return context.skip(`Polars cannot be installed here: ${why}`)
  const table = await tm.read(rows(some, { schema: shape }))
  for (const compression of [undefined, 'zstd'] as const) {
    const frame = polars.readIPCStream(Buffer.from(await table.toArrow({ compression })))
    expect(frame.height).toBe(2)
    expect(frame.toRecords().map(row => [Number(row['id']), row['name'], row['x'], row['ok']])).toEqual([
      [1, 'ä', 0.5, true],
      [2, null, -1e300, null],
    ])
    const written = [
      frame.writeIPC({ compression: 'lz4' }),
      frame.writeIPC({ compression: 'zstd' }),
      frame.writeIPC(),
      frame.writeIPCStream(),
    ]
    for (const bytes of written) {
      const back = await tm.read(fromArrow(new Uint8Array(bytes)))
      expect(await back.rows()).toEqual(await table.rows())
    }
  }
})
