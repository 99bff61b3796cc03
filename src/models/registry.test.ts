import { readdirSync } from 'node:fs'
import { access, cp, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeValue, renderTerminal } from '../display/index.ts'
import { type AnyModel, linearRegression } from '../ml/index.ts'
import type { Clock } from '../time/index.ts'
import { fitLines } from './fixtures/fit-lines.ts'
import { openWorkspace, type Workspace } from './index.ts'
import { wayBack } from './registry/aliases.ts'

let base: string
let folder: string
let count = 0
let workspace: Workspace
let one: AnyModel
let two: AnyModel
let three: AnyModel

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'tidemill-registry-'))
  ;[one, two, three] = (await fitLines([1, 2, 3])) as [AnyModel, AnyModel, AnyModel]
})
beforeEach(async () => {
  folder = join(base, `workspace-${count++}`)
  workspace = await openWorkspace(folder)
  return () => workspace.close()
})
afterAll(() => rm(base, { recursive: true, force: true }))

test('versions of a name are numbered 1, 2, 3, and a name alone is the newest', async () => {
  const { models } = workspace
  const numbers: number[] = []
  for (const model of [one, two, three]) numbers.push((await models.register('price', model)).number)
  expect(numbers).toEqual([1, 2, 3])
  expect((await models.register('size', one)).number).toBe(1)
  expect((await models.versions('price')).map(version => version.number)).toEqual([3, 2, 1])
  expect((await models.find('price')).number).toBe(3)
  expect((await models.find('price@2')).number).toBe(2)
  expect((await models.list()).map(({ name, versions }) => [name, versions])).toEqual([
    ['price', 3],
    ['size', 1],
  ])
})

test('a version says what it is, and shows it', async () => {
  const { models } = workspace
  const version = await models.register('price', one, {
    description: 'first',
    tags: { team: 'north' },
    metrics: { mse: 0.25, worst: Number.NaN },
  })
  const { name, number, kind, role, features, target, rows, description, tags, metrics, run } = version
  expect({ name, number, kind, role, features, target, rows, description, tags, metrics, run }).toEqual({
    name: 'price',
    number: 1,
    kind: 'linearRegression',
    role: 'regressor',
    features: ['x'],
    target: 'y',
    rows: 4,
    description: 'first',
    tags: { team: 'north' },
    metrics: { mse: 0.25, worst: Number.NaN },
    run: undefined,
  })
  expect(version.digest).toMatch(/^[0-9a-f]{64}$/)
  expect(JSON.stringify(await models.find('price@1'))).toBe(JSON.stringify(version))
  for (const value of [version, await models.versions('price'), await models.list(), models, workspace])
    expect(renderTerminal(describeValue(value), { width: 120, color: false })).toMatch(/price|models|workspace/)
  expect(renderTerminal(describeValue(await models.versions('price')), { width: 120, color: false })).toContain('0.25')
})

test('a model comes back by version and by alias as it was registered, to the bit, also in another opening', async () => {
  await workspace.models.register('price', one)
  await workspace.models.register('price', two)
  await workspace.models.promote('price', 'champion', 1, { reason: 'first' })
  await workspace.close()
  await using again = await openWorkspace(folder)
  expect((await again.models.load('price@champion')).toJson()).toEqual(one.toJson())
  expect((await again.models.load('price@2')).toJson()).toEqual(two.toJson())
  expect((await again.models.load('price')).predict({ x: 0.1 })).toEqual(two.predict({ x: 0.1 }))
})

test('a copied workspace is a workspace', async () => {
  await workspace.models.register('price', one)
  await workspace.close()
  const copy = join(base, 'copy')
  await cp(folder, copy, { recursive: true })
  await rm(folder, { recursive: true })
  await using moved = await openWorkspace(copy)
  expect((await moved.models.load('price@1')).predict({ x: 2 })).toEqual(one.predict({ x: 2 }))
})

test('an alias moves by promotion and steps back by rollback, once for each call, until there is nothing left', async () => {
  const { models } = workspace
  const versions = [
    await models.register('price', one),
    await models.register('price', two),
    await models.register('price', three),
  ] as const
  for (const version of versions) await models.promote('price', 'champion', version, { reason: `try ${version.number}` })
  expect(await models.aliases('price')).toEqual({ champion: 3 })
  expect((await models.rollback('price', 'champion', { reason: 'worse on March' })).number).toBe(2)
  expect((await models.load('price@champion')).predict({ x: 1 })).toEqual(two.predict({ x: 1 }))
  expect((await models.rollback('price', 'champion')).number).toBe(1)
  await expect(models.rollback('price', 'champion')).rejects.toMatchObject({
    code: 'models.no-history',
    message: expect.stringContaining('price@champion is 1'),
  })
  await models.promote('price', 'champion', 3, { reason: 'mended' })
  expect((await models.rollback('price', 'champion')).number).toBe(1)
  expect((await models.history('price', 'champion')).map(({ action, from, to, reason }) => [action, from, to, reason])).toEqual([
    ['rollback', 3, 1, undefined],
    ['promote', 1, 3, 'mended'],
    ['rollback', 2, 1, undefined],
    ['rollback', 3, 2, 'worse on March'],
    ['promote', 2, 3, 'try 3'],
    ['promote', 1, 2, 'try 2'],
    ['promote', undefined, 1, 'try 1'],
  ])
  const [last] = await models.history('price')
  expect(last?.by.length).toBeGreaterThan(0)
  expect(last?.at).toBeInstanceOf(Date)
})

test('promoting to where an alias stands is told in the history and adds no step back', async () => {
  const { models } = workspace
  for (const model of [one, two]) await models.register('price', model)
  for (const number of [1, 2, 2, 2]) await models.promote('price', 'champion', number, { reason: 'again' })
  expect(await models.history('price')).toHaveLength(4)
  expect((await models.rollback('price', 'champion')).number).toBe(1)
})

test('aliases of one model move by themselves and stand beside each other', async () => {
  const { models } = workspace
  for (const model of [one, two]) await models.register('price', model)
  await models.promote('price', 'champion', 1, { reason: 'a' })
  await models.promote('price', 'challenger', 2, { reason: 'b' })
  const moved = await models.promote('price', 'shadow', 2, { reason: 'c' })
  expect(moved.aliases).toEqual(['challenger', 'shadow'])
  expect((await models.versions('price')).map(version => version.aliases)).toEqual([['challenger', 'shadow'], ['champion']])
  await expect(models.rollback('price', 'champion')).rejects.toMatchObject({ code: 'models.no-history' })
})

test('any row of promotions and rollbacks leads where taking the last promotion back leads', () => {
  const step = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant('back' as const))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      // A stack, kept beside; a rollback that has nowhere to go is refused and leaves no trace.
      const stack: number[] = []
      const changes: { action: 'promote' | 'rollback'; to: number }[] = []
      for (const one of steps)
        if (one === 'back') {
          if (stack.length < 2) continue
          stack.pop()
          changes.push({ action: 'rollback', to: stack.at(-1) as number })
        } else {
          if (stack.at(-1) !== one) stack.push(one)
          changes.push({ action: 'promote', to: one })
        }
      expect(wayBack(changes)).toEqual(stack)
      if (changes.length > 0) expect(wayBack(changes).at(-1)).toBe(changes.at(-1)?.to)
    }),
    { seed: 7, numRuns: 300 },
  )
})

test('what is not there is named, with what is', async () => {
  const { models } = workspace
  await expect(models.find('price')).rejects.toMatchObject({
    code: 'models.unknown-model',
    message: 'unknown model: price (there is none)',
  })
  for (const name of ['price', 'iris']) await models.register(name, one)
  await models.promote('price', 'champion', 1, { reason: 'first' })
  await models.promote('price', 'challenger', 1, { reason: 'first' })
  await expect(models.load('pricee')).rejects.toMatchObject({
    code: 'models.unknown-model',
    message: 'unknown model: pricee (have iris, price)',
    hint: 'did you mean price?',
  })
  await expect(models.load('price@chamption')).rejects.toMatchObject({
    code: 'models.unknown-alias',
    message: 'unknown alias: chamption of price (have challenger, champion)',
    hint: 'did you mean champion?',
  })
  await expect(models.load('price@2')).rejects.toMatchObject({
    code: 'models.unknown-version',
    message: 'unknown version: price@2 (have 1)',
  })
  await expect(models.promote('price', 'champion', 9, { reason: 'x' })).rejects.toMatchObject({ code: 'models.unknown-version' })
  await expect(models.rollback('iris', 'champion')).rejects.toMatchObject({
    code: 'models.unknown-alias',
    message: expect.stringContaining('there is none'),
  })
  for (const call of [models.versions('x'), models.history('x'), models.aliases('x'), models.rollback('x', 'y')])
    await expect(call).rejects.toMatchObject({ code: 'models.unknown-model' })
  await expect(models.history('price', 'shadow')).rejects.toMatchObject({ code: 'models.unknown-alias' })
})

test('references and arguments of the wrong form say how to write them', async () => {
  const { models } = workspace
  const version = await models.register('price', one)
  await models.register('size', one)
  for (const reference of ['price@', '@champion', 'price@1@2', 'price@0', 7])
    await expect(models.load(reference as 'price'), String(reference)).rejects.toMatchObject({
      code: expect.stringMatching(/^models\.(reference|bad-name)$/),
    })
  const wrong: [() => Promise<unknown>, RegExp][] = [
    [() => models.promote('price', 'champion', 1, {} as never), /promotion without a reason/],
    [() => models.promote('price', 'champion', 1, { reason: '  ' }), /reason must be a text, not an empty one/],
    [() => models.promote('size', 'champion', version, { reason: 'x' }), /version of another model: price@1/],
    [() => models.promote('price', 'champion', 1.5, { reason: 'x' }), /version must be a version or its number, not 1.5/],
    [() => models.register('price', linearRegression() as never), /not an estimator/],
    [() => models.register('price', { x: 1 } as never), /not an object \(x\)/],
    [() => models.register('price', one, { tags: { a: 1 as never } }), /tag a must be a text/],
  ]
  for (const [call, message] of wrong)
    await expect(call(), String(message)).rejects.toMatchObject({ code: 'models.argument', message: expect.stringMatching(message) })
  await expect(models.register('price', one, { run: 'nowhere' })).rejects.toMatchObject({ code: 'models.unknown-run' })
  expect(await models.versions('price')).toHaveLength(1)
})

test('a name that could leave the folder, or cannot be one, is refused before a file is touched', async () => {
  const tree = (): string => readdirSync(base, { recursive: true }).map(String).sort().join('\n')
  const before = tree()
  const bad = [
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'a\\b',
    'a..b',
    '.hidden',
    'x.',
    'a b',
    'é',
    'a\0b',
    '%2e%2e%2f',
    'a@b',
    'con',
    'NUL.txt',
    'x'.repeat(101),
    'x'.repeat(5000),
  ]
  for (const name of bad) {
    const calls = [
      () => workspace.models.register(name, one),
      () => workspace.models.promote(name, 'champion', 1, { reason: 'x' }),
      () => workspace.models.promote('price', name, 1, { reason: 'x' }),
      () => workspace.models.versions(name),
      () => workspace.runs.artifact('x', name),
      async () => workspace.experiment(name),
    ]
    for (const call of calls) await expect(call(), JSON.stringify(name.slice(0, 20))).rejects.toMatchObject({ code: 'models.bad-name' })
    for (const call of [() => workspace.models.load(`${name}@1`), () => workspace.models.load(name)])
      await expect(call()).rejects.toMatchObject({ code: expect.stringMatching(/^models\.(bad-name|reference|unknown-model)$/) })
  }
  await expect(workspace.models.promote('price', '12', 1, { reason: 'x' })).rejects.toMatchObject({
    message: expect.stringContaining('a number is a version'),
  })
  expect(tree()).toBe(before)
  for (const name of ['a', 'A-1_b.c', 'x'.repeat(100)]) expect((await workspace.models.register(name, one)).number).toBe(1)
})

test('two names that differ by case only are refused, as many disks have one folder for both', async () => {
  await workspace.models.register('price', one)
  await expect(workspace.models.register('Price', two)).rejects.toMatchObject({
    code: 'models.bad-name',
    message: expect.stringContaining('price is there'),
  })
  expect(readdirSync(join(folder, 'models'))).toEqual(['price'])
})

test('a folder that a cut-short registration left in the way is set aside, and removed when it is old', async () => {
  const day = 24 * 3600 * 1000
  let now = 1_800_000_000_000
  const clock: Clock = { now: () => now, monotonic: () => performance.now() }
  await workspace.close()
  await using later = await openWorkspace(folder, { clock })
  await later.models.register('price', one)
  // As when the process ended between the rename and the row.
  await two.save(join(folder, 'models/price/2'))
  expect((await later.models.register('price', three)).number).toBe(2)
  expect((await later.models.load('price@2')).toJson()).toEqual(three.toJson())
  const aside = (): string[] => readdirSync(join(folder, 'models')).filter(name => name.startsWith('.'))
  expect(aside()).toEqual([expect.stringContaining('.aside-')])
  // As when the process ended while it wrote, a while ago and just now.
  await two.save(join(folder, `models/.new-${now - 2 * day}-x`))
  await two.save(join(folder, `models/.new-${now - 1000}-y`))
  await later.models.register('price', one)
  expect(aside().map(name => name.slice(0, 5))).toEqual(['.asid', '.new-'])
  now += 40 * day
  await later.models.register('price', one)
  expect(aside()).toEqual([])
  expect((await later.models.versions('price')).length).toBe(4)
})

test('an abort leaves no version and no file', async () => {
  await expect(workspace.models.register('price', one, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/)
  expect(await workspace.models.list()).toEqual([])
  expect(readdirSync(join(folder, 'models'))).toEqual([])
})

test('many registrations at once in one process get different numbers', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, (_, i) => workspace.models.register('price', i % 2 === 0 ? one : two)))
  expect(made.map(version => version.number).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  for (const version of made) expect((await workspace.models.load(`price@${version.number}`)).toJson()).toBeDefined()
})

test('a closed workspace says so, and closing waits for what is under way', async () => {
  const going = workspace.models.register('price', one)
  await workspace.close()
  expect((await going).number).toBe(1)
  await workspace.close()
  await expect(workspace.models.list()).rejects.toMatchObject({ code: 'models.closed' })
  await expect(workspace.experiment('x').run(async () => 1)).rejects.toMatchObject({ code: 'models.closed' })
  // Closed, it is one file and folders.
  expect(readdirSync(folder).sort()).toEqual(['models', 'runs', 'tidemill.sqlite', 'workspace.json'])
})

test('a folder without a workspace is made one, or is an error where one must be there', async () => {
  const nowhere = join(base, 'nowhere')
  await expect(openWorkspace(nowhere, { existing: true })).rejects.toMatchObject({
    code: 'storage.not-found',
    message: `no workspace: ${nowhere}`,
  })
  await expect(access(nowhere)).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(openWorkspace('')).rejects.toMatchObject({ code: 'models.argument' })
  // A file where the folder should be.
  await rename(join(folder, 'workspace.json'), join(base, 'plain'))
  await expect(openWorkspace(join(base, 'plain'))).rejects.toMatchObject({ code: 'models.unwritable' })
})
