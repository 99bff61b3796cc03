import { expect, test } from 'vitest'
import { columnFrom, makeBatch, valuesOf } from '../batch/index.ts'
import { rows } from '../connectors/index.ts'
import { linearRegression } from '../ml/index.ts'
import { tidemill } from '../session/index.ts'
import { predict } from './predict.ts'

test('long predictions take turns, so that a request that comes meanwhile waits for one slice and not for one of each', async () => {
  await using tm = await tidemill({ workers: 1 })
  const model = await linearRegression().fit(await tm.read(rows([1, 2, 3].map(x => ({ x, y: 2 * x })))), { target: 'y' })
  const size = 20_000
  const batch = makeBatch(
    [{ name: 'x', type: 'float64', nullable: false }],
    [
      columnFrom(
        'float64',
        Array.from({ length: size }, (_, i) => i),
      ),
    ],
    size,
  )
  const waiting: (() => void)[] = []
  const scheduler = {
    after(_: number, call: () => void) {
      waiting.push(call)
      return () => undefined
    },
  }
  const signal = new AbortController()
  const stopped = predict(model, batch, { scheduler, signal: signal.signal }).catch((error: unknown) => error)
  const asked = [1, 2, 3].map(() => predict(model, batch, { scheduler, signal: new AbortController().signal }))
  let most = 0
  let ended = false
  const all = Promise.all(asked).finally(() => (ended = true))
  while (!ended) {
    for (let i = 0; i < 50; i++) await Promise.resolve()
    most = Math.max(most, waiting.length)
    if (waiting.length > 0) signal.abort()
    waiting.shift()?.()
  }
  expect(most).toBe(1)
  expect(await stopped).toMatchObject({ name: 'AbortError' })
  const [first, ...others] = (await all).map(columns => valuesOf(columns[0] as NonNullable<(typeof columns)[0]>, 'prediction'))
  expect(first?.length).toBe(size)
  expect(first?.[19_999]).toBe(model.predict({ x: 19_999 }).prediction)
  for (const other of others) expect(other).toEqual(first)
})
