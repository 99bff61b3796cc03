/** Predictions over real sockets: the same as in a table, to the bit; and what a request must not be. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { linearRegression, pipeline, standardScaler } from '../ml/index.ts'
import { tokens } from '../security/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { seededRandom } from '../time/index.ts'
import { app, fixedModels, listen, type Listening } from './index.ts'

interface Home {
  readonly area: number
  readonly rooms: number
  readonly garden: boolean
}
interface Output {
  readonly name: string
  readonly shape: readonly number[]
  readonly datatype: string
  readonly data: readonly unknown[]
}

let tm: Session
let server: Listening
const known = tokens()
const { token } = known.issue({ name: 'test' })
const faults: unknown[] = []
const random = seededRandom(7)
const homes: readonly (Home & { readonly price: number })[] = Array.from({ length: 500 }, () => {
  const home = { area: 20 + 200 * random.next(), rooms: 1 + Math.floor(6 * random.next()), garden: random.next() < 0.3 }
  return { ...home, price: 3.7 * home.area + 11 * home.rooms + (home.garden ? 50 : 0) + random.next() }
})
const schema = { area: 'float64', rooms: 'int64', garden: 'boolean', price: 'float64' } as const
/** What the table says. */
let expected: readonly number[]
/** The same without the column that is no number, for one matrix. */
let expectedPlain: readonly number[]

beforeAll(async () => {
  tm = await tidemill()
  const data = await tm.read(rows(homes, { schema }))
  const make = pipeline({ scale: standardScaler(), fit: linearRegression() })
  const price = await make.fit(data, { target: 'price' })
  const plain = await make.fit(data.select('area', 'rooms', 'price'), { target: 'price' })
  const one = await make.fit(data.select('area', 'price'), { target: 'price' })
  const scale = await standardScaler().fit(data.select('area', 'rooms'))
  expected = (await price.transform(data).rows()).map(row => row.prediction)
  expectedPlain = (await plain.transform(data).rows()).map(row => row.prediction)
  const models = fixedModels({ price, plain, one, scale })
  server = await listen(app({ models, tokens: known, report: error => void faults.push(error), limits: { rows: 20_000 } }))
})
afterAll(async () => {
  await server.close()
  await tm.close()
})

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const infer = async (model: string, body: unknown): Promise<{ readonly outputs: readonly Output[]; readonly [field: string]: unknown }> => {
  const answer = await post(`/v2/models/${model}/infer`, body)
  expect(answer.status, await answer.clone().text()).toBe(200)
  return (await answer.json()) as { outputs: Output[] }
}
/** Status and error of a request that is not answered. */
const refused = async (body: unknown, model = 'price', headers: Readonly<Record<string, string>> = {}): Promise<string> => {
  const answer = await post(`/v2/models/${model}/infer`, body, headers)
  return `${answer.status} ${((await answer.json()) as { error: string }).error}`
}
const tensor = (name: string, datatype: string, data: readonly unknown[], shape: readonly number[] = [data.length]): object => ({
  name,
  shape,
  datatype,
  data,
})
const columnsOf = (list: readonly Home[]): object[] => [
  tensor(
    'area',
    'FP64',
    list.map(home => home.area),
  ),
  tensor(
    'rooms',
    'INT64',
    list.map(home => home.rooms),
  ),
  tensor(
    'garden',
    'BOOL',
    list.map(home => home.garden),
  ),
]
const home = columnsOf([{ area: 100, rooms: 3, garden: true }])

test('a tensor a column gives the predictions of the table, to the bit', async () => {
  const { outputs, model_name, model_version, id } = await infer('price', { id: 'mine', inputs: columnsOf(homes) })
  expect({ model_name, model_version, id }).toEqual({ model_name: 'price', model_version: '1', id: 'mine' })
  expect(outputs.map(({ name, shape, datatype }) => ({ name, shape, datatype }))).toEqual([
    { name: 'prediction', shape: [500], datatype: 'FP64' },
  ])
  expect(new Float64Array(outputs[0]?.data as number[])).toEqual(new Float64Array(expected))
})

test('the order of the tensors does not matter, a column may stand upright, and the answer has an id', async () => {
  const upright = [...home].reverse().map(one => ({ ...one, shape: [1, 1] }))
  const { outputs, id } = await infer('price', { inputs: upright })
  expect(outputs[0]?.data).toHaveLength(1)
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  expect(outputs).toEqual((await infer('price', { inputs: home })).outputs)
})

test('one matrix, flat or nested, gives the same bits where all features are numbers', async () => {
  const nested = homes.map(one => [one.area, one.rooms])
  for (const data of [nested, nested.flat()]) {
    const { outputs } = await infer('plain', { inputs: [tensor('rows', 'FP64', data, [500, 2])] })
    expect(new Float64Array(outputs[0]?.data as number[])).toEqual(new Float64Array(expectedPlain))
  }
  const named = await infer('plain', { inputs: [tensor('area', 'FP64', nested, [500, 2])] })
  expect(new Float64Array(named.outputs[0]?.data as number[])).toEqual(new Float64Array(expectedPlain))
})

test('a table in the way of pandas gives the same bits', async () => {
  const { outputs } = await infer('price', {
    parameters: { content_type: 'pd' },
    inputs: columnsOf(homes).map(one => ({ ...one, parameters: { content_type: 'np' } })),
  })
  expect(outputs[0]?.data).toEqual(expected)
  expect(await refused({ parameters: { content_type: 'pd' }, inputs: [tensor('rows', 'FP64', [1, 2], [1, 2])] }, 'plain')).toMatch(
    /^400 unknown input: rows \(have area, rooms\); missing input: area \(FP64\), rooms \(INT64\)/,
  )
})

test('more rows than one slice, and none at all', async () => {
  const many = Array.from({ length: 10_001 }, (_, i) => homes[i % 500] as Home)
  const { outputs } = await infer('price', { inputs: columnsOf(many) })
  expect(outputs[0]?.data).toEqual(many.map((_, i) => expected[i % 500]))
  expect((await infer('price', { inputs: columnsOf([]) })).outputs).toEqual([
    { name: 'prediction', shape: [0], datatype: 'FP64', data: [] },
  ])
})

test('a feature of whole numbers takes any number, as in a table', async () => {
  const { outputs } = await infer('plain', { inputs: [tensor('area', 'INT32', [100]), tensor('rooms', 'FP64', [2.5])] })
  const asked = await tm.read(rows([{ area: 100, rooms: 2.5 }], { schema: { area: 'float64', rooms: 'float64' } }))
  const data = await tm.read(rows(homes, { schema }))
  const model = await pipeline({ scale: standardScaler(), fit: linearRegression() }).fit(data.select('area', 'rooms', 'price'), {
    target: 'price',
  })
  expect(outputs[0]?.data).toEqual((await model.transform(asked).rows()).map(row => row.prediction))
})

test('FP32 means the nearest number of 32 bits', async () => {
  const ask = async (datatype: string, area: number): Promise<unknown> =>
    (await infer('one', { inputs: [tensor('area', datatype, [area])] })).outputs[0]?.data
  expect(await ask('FP32', 0.1)).toEqual(await ask('FP64', Math.fround(0.1)))
  expect(await ask('FP32', 0.1)).not.toEqual(await ask('FP64', 0.1))
})

test('a model of one feature takes a column upright and a matrix of one column alike', async () => {
  const want = (await infer('one', { inputs: [tensor('area', 'FP64', [50, 60])] })).outputs
  for (const name of ['area', 'anything'])
    expect((await infer('one', { inputs: [tensor(name, 'FP64', [[50], [60]], [2, 1])] })).outputs).toEqual(want)
})

test('a transformer can be served, and outputs be chosen', async () => {
  const inputs = [tensor('area', 'FP64', [100, -0]), tensor('rooms', 'INT64', [3, 4])]
  const { outputs } = await infer('scale', { inputs })
  expect(outputs.map(one => one.name)).toEqual(['area', 'rooms'])
  const chosen = await infer('scale', { inputs, outputs: [{ name: 'rooms' }, { name: 'area' }] })
  expect(chosen.outputs).toEqual([outputs[1], outputs[0]])
  expect((await infer('scale', { inputs, outputs: [] })).outputs).toEqual(outputs)
  expect(await refused({ inputs, outputs: [{ name: 'room' }] }, 'scale')).toBe('400 unknown output: room (have area, rooms)')
})

test('names, versions and percent signs: the reference is read as it was meant', async () => {
  for (const path of ['price', 'price@1', 'price%401', '%70rice', 'price/versions/1'])
    expect((await post(`/v2/models/${path}/infer`, { inputs: home })).status, path).toBe(200)
  for (const [path, want] of [
    ['pric', '404 unknown model: pric (have price, plain, one, scale)'],
    ['price@2', '404 unknown version of price: 2 (have 1)'],
    ['price@champion', '404 unknown alias of price: champion (there is none)'],
    ['price/versions/7', '404 unknown version of price: 7 (have 1)'],
    ['price@1/versions/1', '400 version named twice: price@1 and versions/1'],
    ['price@1@1', '400 reference of the wrong form: price@1@1'],
    ['price@', '400 reference of the wrong form: price@'],
    ['..%2F..%2Fetc', '404 unknown model: ../../etc (have price, plain, one, scale)'],
    ['%ff', '404 unknown model: %ff (have price, plain, one, scale)'],
    ['__proto__', '404 unknown model: __proto__ (have price, plain, one, scale)'],
    ['constructor', '404 unknown model: constructor (have price, plain, one, scale)'],
  ] as const)
    expect(await refused({ inputs: home }, path), path).toBe(want)
})

test('what a model wants and gives is described', async () => {
  const get = async (path: string): Promise<unknown> =>
    (await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).json()
  expect(await get('/v2/models')).toEqual({ models: ['price', 'plain', 'one', 'scale'] })
  const described = {
    name: 'price',
    versions: ['1'],
    platform: 'tidemill',
    inputs: [
      { name: 'area', datatype: 'FP64', shape: [-1] },
      { name: 'rooms', datatype: 'INT64', shape: [-1] },
      { name: 'garden', datatype: 'BOOL', shape: [-1] },
    ],
    outputs: [{ name: 'prediction', datatype: 'FP64', shape: [-1] }],
    parameters: { version: '1', aliases: [], kind: 'pipeline', role: 'regressor', target: 'price' },
  }
  for (const path of ['price', 'price@1', 'price/versions/1']) expect(await get(`/v2/models/${path}`)).toEqual(described)
  for (const path of ['price/ready', 'price/versions/1/ready'])
    expect(await get(`/v2/models/${path}`)).toEqual({ name: 'price', ready: true })
  expect(await get('/v2/health/ready')).toEqual({ live: true, ready: true })
  expect(await get('/v2')).toMatchObject({ name: 'tidemill', version: expect.stringMatching(/^\d+\.\d+\.\d+/) })
})

test('a request that does not fit is told what was due and what came', async () => {
  const [area, rooms, garden] = home as [object, object, object]
  const cases: readonly (readonly [unknown, string])[] = [
    [
      { inputs: [{ ...area, name: 'aera' }, rooms, garden] },
      '400 unknown input: aera (have area, rooms, garden); missing input: area (FP64)',
    ],
    [{ inputs: [...home, tensor('price', 'FP64', [1])] }, '400 unknown input: price (have area, rooms, garden)'],
    [{ inputs: [rooms] }, '400 missing input: area (FP64), garden (BOOL)'],
    [{ inputs: [...home, area] }, '400 input named twice: area'],
    [{ inputs: [area, tensor('rooms', 'BYTES', ['3']), garden] }, '400 input rooms: BYTES does not fit rooms (want INT64)'],
    [{ inputs: [area, rooms, tensor('garden', 'INT64', [1])] }, '400 input garden: INT64 does not fit garden (want BOOL)'],
    [{ inputs: [area, rooms, tensor('garden', 'BOOL', [1])] }, '400 input garden: row 1 of garden is 1, not BOOL'],
    [{ inputs: [tensor('area', 'FP64', ['100']), rooms, garden] }, '400 input area: row 1 of area is "100", not FP64'],
    [{ inputs: [area, tensor('rooms', 'INT64', [2.5]), garden] }, '400 input rooms: row 1 of rooms is 2.5, not INT64'],
    [{ inputs: [area, tensor('rooms', 'UINT8', [256]), garden] }, '400 input rooms: row 1 of rooms is 256, not UINT8'],
    [{ inputs: [area, tensor('rooms', 'UINT8', [-1]), garden] }, '400 input rooms: row 1 of rooms is -1, not UINT8'],
    [
      { inputs: [area, rooms, tensor('garden', 'BOOL', [null])] },
      '400 input garden: row 1 of garden is null, and the model has learnt from no row without it',
    ],
    [
      { inputs: [tensor('area', 'FP64', [1, 2]), rooms, garden] },
      '400 input rooms: 1 rows, but area has 2; input garden: 1 rows, but area has 2',
    ],
    [{ inputs: [tensor('area', 'FP64', [1, 2], [1, 2]), rooms, garden] }, '400 input area: shape [1, 2] does not fit (want FP64 [-1])'],
    [{ inputs: [tensor('area', 'FP64', [1, 2], [3]), rooms, garden] }, '400 input area: shape [3] wants 3 values, data has 2'],
    [
      { inputs: [tensor('area', 'FP64', [[1], [2, 3]], [2, 1]), rooms, garden] },
      '400 input area: shape [2, 1] wants 2 values, data has a list of 2 where 1 are due',
    ],
    [{ inputs: [tensor('area', 'FP64', [[1]], [1]), rooms, garden] }, '400 input area: row 1 of area is an array, not FP64'],
    [
      { inputs: [tensor('area', 'FP64', [1], [-1]), rooms, garden] },
      '400 input area: shape must be a list of whole numbers, as [1], not [-1]',
    ],
    [{ inputs: [tensor('area', 'FP64', [1], []), rooms, garden] }, '400 input area: shape must be a list of whole numbers, as [1], not []'],
    [
      { inputs: [{ ...area, datatype: 'FLOAT' }, rooms, garden] },
      '400 input area: unknown datatype: FLOAT (have BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP32, FP64, BYTES)',
    ],
    [{ inputs: [{ ...area, data: 100 }, rooms, garden] }, '400 input area: data must be a list, not 100'],
    [
      { inputs: [{ ...area, role: 'admin' }, rooms, garden] },
      '400 inputs[0]: unknown field: role (have name, shape, datatype, data, parameters)',
    ],
    [{ inputs: home, admin: true }, '400 body: unknown field: admin (have id, parameters, inputs, outputs)'],
    [{ input: home }, '400 body: unknown field: input (have id, parameters, inputs, outputs)'],
    [{ inputs: [] }, '400 inputs must be a list of tensors, not an empty array'],
    [{ inputs: {} }, '400 inputs must be a list of tensors, not an empty object'],
    [{ inputs: [1, null] }, '400 inputs[0] must be an object, not 1; inputs[1] must be an object, not null'],
    [[], '400 body must be an object, not an empty array'],
    ['null', '400 body must be an object, not null'],
    ['', '400 body is not JSON: Unexpected end of JSON input'],
    [{ id: 5, inputs: home }, '400 id must be a text of at most 256 characters, not 5'],
    [{ inputs: home, parameters: { content_type: 'base64' } }, '400 parameters: unknown content_type: base64 (have pd, np, str)'],
    [
      { inputs: home, outputs: [{ name: 'prediction', parameters: { binary_data: true } }] },
      '400 output prediction: binary data are not served; ask for JSON',
    ],
    [
      { inputs: [{ ...area, parameters: { binary_data_size: 8 } }, rooms, garden] },
      '400 input area: binary data are not served; send JSON',
    ],
  ]
  for (const [body, want] of cases) expect(await refused(body), JSON.stringify(body)).toBe(want)
  expect(await refused({ inputs: [tensor('rows', 'FP64', [1, 2, 3], [1, 3])] })).toMatch(
    /^400 input rows: one tensor for all features wants numbers only, and these are not: garden \(BOOL\)/,
  )
  expect(await refused({ inputs: [tensor('rows', 'FP64', [1, 2, 3], [1, 3])] }, 'plain')).toMatch(
    /^400 input rows: FP64 of shape \[1, 3\] does not fit \(want FP64 \[-1, 2\]: area, rooms/,
  )
})

test('a whole number beyond 2^53 is refused, as JSON would change it', async () => {
  const body = (rooms: string): string =>
    `{"inputs":[{"name":"area","shape":[1],"datatype":"FP64","data":[1]},{"name":"rooms","shape":[1],"datatype":"INT64","data":[${rooms}]}]}`
  expect(await refused(body('9007199254740993'), 'plain')).toBe('400 input rooms: row 1 of rooms is 9007199254740992, not INT64')
  expect(await refused(body('1e400'), 'plain')).toBe('400 input rooms: row 1 of rooms is Infinity, not INT64')
  expect((await post('/v2/models/plain/infer', body('9007199254740991'))).status).toBe(200)
})

test('a prediction that JSON has no word for is an error, not a null', async () => {
  const body = { inputs: [tensor('area', 'FP64', [1, 1.7e308]), tensor('rooms', 'INT64', [1, 1])] }
  const answer = await post('/v2/models/plain/infer', body)
  const { error, outputs } = (await answer.json()) as { error?: string; outputs?: Output[] }
  expect(answer.status).toBe(400)
  expect(outputs).toBeUndefined()
  expect(error).toBe('output prediction: row 2 is Infinity, which JSON cannot say')
})

test('-0 keeps its sign on the way in and out', async () => {
  // Mean 0 and deviation 1: what goes in comes out.
  const data = await tm.read(rows([{ x: -1 }, { x: 1 }], { schema: { x: 'float64' } }))
  const other = await listen(app({ models: fixedModels({ same: await standardScaler().fit(data) }), tokens: known }))
  try {
    const answer = await fetch(`${other.url}/v2/models/same/infer`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"inputs":[{"name":"x","shape":[3],"datatype":"FP64","data":[-0.0,0.0,-1e-320]}]}',
    })
    expect(await answer.text()).toContain('"data":[-0,0,-1e-320]')
  } finally {
    await other.close()
  }
})

test('JSON that reaches for prototypes, says a key twice or is a tower is refused', async () => {
  const inputs = JSON.stringify(home)
  for (const key of ['__proto__', '\\u005f_proto__', 'constructor', 'prototype'])
    for (const body of [`{"${key}":{"admin":true},"inputs":${inputs}}`, `{"inputs":${inputs},"parameters":{"x":{"${key}":1}}}`])
      expect(await refused(body)).toMatch(/^400 key that is not allowed: (__proto__|constructor|prototype)$/)
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
  expect(await refused(`{"inputs":${inputs},"inputs":[]}`)).toBe('400 key twice in one object: inputs')
  expect(await refused(`{"inputs":${inputs},"inp\\u0075ts":[]}`)).toBe('400 key twice in one object: inputs')
  expect(await refused(`{"inputs":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toBe('400 body nested too deep: more than 16 levels')
  expect(await refused(`{"inputs":${'{"a":'.repeat(100_000)}`)).toBe('400 body nested too deep: more than 16 levels')
  expect(await refused('{"inputs":[}')).toMatch(/^400 body is not JSON: /)
  expect(await refused('{"id":"unclosed')).toMatch(/^400 body is not JSON: /)
  expect((await post('/v2/models/price/infer', { id: '{"__proto__":[[[', inputs: home })).status).toBe(200)
})

test('a body that is no JSON of its type, no UTF-8, packed or too long is refused', async () => {
  const good = JSON.stringify({ inputs: home })
  expect(await refused(good, 'price', { 'content-type': 'text/plain' })).toBe(
    '415 content type of the body: text/plain (want application/json)',
  )
  expect(await refused(good, 'price', { 'content-type': 'application/x-www-form-urlencoded' })).toMatch(/^415 /)
  expect((await post('/v2/models/price/infer', good, { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(200)
  expect(await refused(good, 'price', { 'content-encoding': 'gzip' })).toBe('415 encoding of the body: gzip (send it as it is)')
  expect(await refused(good, 'price', { 'inference-header-content-length': '10' })).toBe('415 binary data are not served; send JSON')
  const answer = await fetch(`${server.url}/v2/models/price/infer`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: new Uint8Array([...Buffer.from('{"id":"'), 0xff, ...Buffer.from('"}')]),
  })
  expect(await answer.json()).toMatchObject({ error: 'body is not UTF-8' })
  const long = `{"id":"${'x'.repeat(8 * 2 ** 20)}"}`
  expect(await refused(long)).toBe('413 body too long: more than 8388608 bytes')
  const many = Array.from({ length: 20_001 }, () => homes[0] as Home)
  expect(await refused({ inputs: columnsOf(many) })).toBe('413 too many rows: 20001 (at most 20000 a request)')
})

test('a body of unknown length is read no further than the limit', async () => {
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 65_536
      controller.enqueue(new Uint8Array(65_536).fill(32))
      if (sent > 64 * 2 ** 20) controller.close()
    },
  })
  const answer = fetch(`${server.url}/v2/models/price/infer`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
    duplex: 'half',
  } as RequestInit)
  const { status } = await answer
  expect(status).toBe(413)
  expect(sent).toBeLessThan(40 * 2 ** 20)
})

test('thirty requests at once get thirty answers, each its own', async () => {
  const answers = await Promise.all(homes.slice(0, 30).map(one => infer('price', { inputs: columnsOf([one]) })))
  expect(answers.map(one => one.outputs[0]?.data[0])).toEqual(expected.slice(0, 30))
})

test('nothing of all that was a fault of the server', () => {
  expect(faults).toEqual([])
})
