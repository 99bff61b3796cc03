/** Labels, probabilities, text and NULL through HTTP: what the table says, to the bit. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { germanCredit, iris } from '../datasets/index.ts'
import {
  type AnyModel,
  columns,
  decisionTreeClassifier,
  imputer,
  linearRegression,
  logisticRegression,
  oneHotEncoder,
  pipeline,
  randomForestClassifier,
  standardScaler,
} from '../ml/index.ts'
import { tokens } from '../security/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { app, fixedModels, listen, type Listening, requestBody } from './index.ts'

interface Output {
  readonly name: string
  readonly shape: readonly number[]
  readonly datatype: string
  readonly data: readonly unknown[]
}

let tm: Session
const known = tokens()
const { token } = known.issue({ name: 'test' })
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }

beforeAll(async () => {
  tm = await tidemill()
})
afterAll(() => tm.close())

/** A server of one model, for as long as `use` takes. */
async function serving(model: AnyModel, use: (server: Listening) => Promise<void>): Promise<void> {
  const faults: unknown[] = []
  const server = await listen(app({ models: fixedModels({ m: model }), tokens: known, report: error => void faults.push(error) }))
  try {
    await use(server)
  } finally {
    await server.close()
  }
  expect(faults).toEqual([])
}
async function infer({ url }: Listening, body: unknown): Promise<readonly Output[]> {
  const answer = await fetch(`${url}/v2/models/m/infer`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status, await answer.clone().text()).toBe(200)
  return ((await answer.json()) as { outputs: Output[] }).outputs
}
async function described({ url }: Listening): Promise<{ readonly inputs: readonly object[]; readonly outputs: readonly object[] }> {
  return (await (await fetch(`${url}/v2/models/m`, { headers })).json()) as { inputs: object[]; outputs: object[] }
}

test('a forest gives labels as BYTES and a row of probabilities for each', async () => {
  const flowers = await tm.read(iris())
  const model = await randomForestClassifier({ trees: 30, seed: 1 }).fit(flowers, { target: 'species' })
  const table = await model.transform(flowers).rows()
  await serving(model, async server => {
    const [prediction, probabilities, ...more] = await infer(server, requestBody(model, await flowers.rows()))
    expect(more).toEqual([])
    expect(prediction).toEqual({ name: 'prediction', shape: [150], datatype: 'BYTES', data: table.map(row => row.prediction) })
    expect(probabilities).toMatchObject({ name: 'probabilities', shape: [150, 3], datatype: 'FP64' })
    expect(new Float64Array(probabilities?.data as number[])).toEqual(new Float64Array(table.flatMap(row => row.probabilities)))
    const matrix = table.map(row => [row.sepalLength, row.sepalWidth, row.petalLength, row.petalWidth])
    const again = await infer(server, { inputs: [{ name: 'x', shape: [150, 4], datatype: 'FP64', data: matrix }] })
    expect(again).toEqual([prediction, probabilities])
    const only = await infer(server, { ...requestBody(model, [table[0] as object]), outputs: [{ name: 'probabilities' }] })
    expect(only).toEqual([{ name: 'probabilities', shape: [1, 3], datatype: 'FP64', data: table[0]?.probabilities }])
    expect((await infer(server, requestBody(model, []))).map(one => one.shape)).toEqual([[0], [0, 3]])
    expect((await described(server)).outputs).toEqual([
      { name: 'prediction', datatype: 'BYTES', shape: [-1] },
      { name: 'probabilities', datatype: 'FP64', shape: [-1, 3], parameters: { classes: ['setosa', 'versicolor', 'virginica'] } },
    ])
  })
})

test('text goes in as BYTES, labels that are numbers come out as INT64, for more rows than one slice', async () => {
  const credits = await tm.read(germanCredit())
  const prepare = columns({
    scale: { of: ['age', 'creditAmount', 'durationMonths'], use: standardScaler() },
    encode: { of: ['purpose', 'housing', 'checkingStatus'], use: oneHotEncoder({ unknown: 'error' }) },
  })
  const model = await pipeline({ prepare, fit: logisticRegression() }).fit(credits, { target: 'class' })
  const table = await model.transform(credits).rows()
  await serving(model, async server => {
    const all = await credits.rows()
    const many = [...all, ...all, ...all, ...all, ...all]
    const [prediction, probabilities] = await infer(server, requestBody(model, many))
    expect(prediction).toMatchObject({ shape: [5000], datatype: 'INT64' })
    expect(prediction?.data).toEqual(many.map((_, i) => table[i % 1000]?.prediction))
    expect(new Float64Array(probabilities?.data as number[])).toEqual(
      new Float64Array(many.flatMap((_, i) => table[i % 1000]?.probabilities ?? [])),
    )
    expect((await described(server)).inputs).toEqual(
      // The encoder takes a NULL, though it learnt from none.
      model.needs.map(({ name, type }) =>
        type === 'string'
          ? { name, datatype: 'BYTES', shape: [-1], parameters: { nullable: true } }
          : { name, datatype: 'INT64', shape: [-1] },
      ),
    )
    const unseen = { ...(all[0] as object), housing: 'tent' }
    const answer = await fetch(`${server.url}/v2/models/m/infer`, {
      method: 'POST',
      headers,
      body: JSON.stringify(requestBody(model, [unseen])),
    })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({
      code: 'ml.unknown-category',
      error: expect.stringMatching(/^unknown category of housing: tent/),
    })
  })
})

test('NULL goes in where the model has learnt from NULLs', async () => {
  const list = Array.from({ length: 60 }, (_, i) => ({ age: i % 7 === 0 ? null : i, city: i % 5 === 0 ? null : `c${i % 3}`, y: 2 * i }))
  const data = await tm.read(rows(list, { schema: { age: 'float64?', city: 'string?', y: 'float64' } }))
  const prepare = columns({ fill: { of: ['age'], use: imputer() }, encode: { of: ['city'], use: oneHotEncoder({ drop: 'first' }) } })
  const model = await pipeline({ prepare, fit: linearRegression() }).fit(data, { target: 'y' })
  const table = await model.transform(data).rows()
  await serving(model, async server => {
    const [prediction] = await infer(server, requestBody(model, list))
    expect(prediction?.data).toEqual(table.map(row => row.prediction))
    expect((await described(server)).inputs).toEqual([
      { name: 'age', datatype: 'FP64', shape: [-1], parameters: { nullable: true } },
      { name: 'city', datatype: 'BYTES', shape: [-1], parameters: { nullable: true } },
    ])
  })
})

test('a prediction that is NULL in the table is null in the answer, its probabilities too', async () => {
  const list = Array.from({ length: 40 }, (_, i) => ({ x: i, z: i % 3, label: i < 20 ? 'low' : 'high', y: 3 * i }))
  const data = await tm.read(rows(list, { schema: { x: 'float64?', z: 'int64', label: 'string', y: 'float64' } }))
  const asked = [...list, { x: null, z: 1 }, { x: 5, z: 2 }]
  const holes = await tm.read(rows(asked, { schema: { x: 'float64?', z: 'int64' } }))
  const line = await linearRegression().fit(data.select('x', 'z', 'y'), { target: 'y' })
  const forest = await randomForestClassifier({ trees: 5, seed: 1 }).fit(data.select('x', 'z', 'label'), { target: 'label' })
  const predicted = (await line.transform(holes).rows()).map(row => row.prediction)
  const labelled = await forest.transform(holes).rows()
  expect(predicted.filter(one => one === null)).toHaveLength(1)
  await serving(line, async server => {
    expect((await infer(server, requestBody(line, asked)))[0]?.data).toEqual(predicted)
  })
  await serving(forest, async server => {
    const [prediction, probabilities] = await infer(server, requestBody(forest, asked))
    expect(prediction?.data).toEqual(labelled.map(row => row.prediction))
    expect(probabilities?.shape).toEqual([42, 2])
    expect(probabilities?.data).toEqual(labelled.flatMap(row => (row.probabilities as number[] | null) ?? [null, null]))
    // Where no row tells how many classes there are.
    expect((await infer(server, requestBody(forest, [{ x: null, z: 1 }])))[1]).toMatchObject({ shape: [1, 2], data: [null, null] })
  })
})

test('booleans are learnt from, and told apart, as BOOL', async () => {
  const list = Array.from({ length: 40 }, (_, i) => ({ wet: i % 3 === 0, wind: i % 11, out: i % 3 !== 0 && i % 11 < 7 }))
  const data = await tm.read(rows(list, { schema: { wet: 'boolean', wind: 'int32', out: 'boolean' } }))
  const model = await decisionTreeClassifier().fit(data, { target: 'out' })
  const table = await model.transform(data).rows()
  await serving(model, async server => {
    const [prediction] = await infer(server, requestBody(model, list))
    expect(prediction).toEqual({ name: 'prediction', shape: [40], datatype: 'BOOL', data: table.map(row => row.prediction) })
    expect(new Set(prediction?.data)).toEqual(new Set([true, false]))
  })
})

test('a label in any script, and one that could end a text early, arrive whole', async () => {
  const labels = ['"}],"x":[', '中文 ✓', '\u2028\\n', '']
  const list = Array.from({ length: 80 }, (_, i) => ({ x: i % 4, label: labels[i % 4] as string }))
  const data = await tm.read(rows(list, { schema: { x: 'int64', label: 'string' } }))
  const model = await decisionTreeClassifier().fit(data, { target: 'label' })
  await serving(model, async server => {
    const [prediction] = await infer(server, requestBody(model, [{ x: 0 }, { x: 1 }, { x: 2 }, { x: 3 }]))
    expect(prediction?.data).toEqual(labels)
  })
})
