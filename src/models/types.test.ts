import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, expectTypeOf, test } from 'vitest'
import type { AnyModel, Model } from '../ml/index.ts'
import type { FinishedRun, Models, Run, Version, Workspace } from './index.ts'

declare const models: Models
declare const workspace: Workspace
type Price = Model<'regressor', { rooms: number }, { prediction: number }>
declare const price: Price

test('without a catalog any name goes, a version knows its model, and a loaded model takes any columns', () => {
  const typed = (): unknown => [
    expectTypeOf(models.register('price', price)).resolves.toEqualTypeOf<Version<Price>>(),
    expectTypeOf(models.load('price@champion')).resolves.toEqualTypeOf<AnyModel>(),
    expectTypeOf(models.load('price')).resolves.toEqualTypeOf<AnyModel>(),
    expectTypeOf(workspace.experiment('x').run(async (run: Run) => (run.log({ a: 1 }), price))).resolves.toEqualTypeOf<
      FinishedRun<Price>
    >(),
    // @ts-expect-error a promotion wants a reason
    models.promote('price', 'champion', 1, {}),
    // @ts-expect-error a param is a text, a number or a boolean
    workspace.experiment('x').run((run: Run) => run.param({ grid: [1] })),
  ]
  expect(typed).toBeTypeOf('function')
})

const program = `import { tidemill } from 'tidemill'
import { linearRegression, type Model } from 'tidemill/ml'
import { rows } from 'tidemill/connectors'
declare module 'tidemill/models' {
  interface Catalog {
    price: Model<'regressor', { rooms: number }, { prediction: number }>
  }
}
const tm = await tidemill()
const houses = await tm.read(rows([{ rooms: 1, price: 2 }]))
const run = await tm.experiment('any').run(() => linearRegression().fit(houses, { target: 'price' }))
await tm.models.register('price', run.model)
const known = await tm.models.load('price@champion')
const answer: { prediction: number } = known.predict({ rooms: 3 })
houses.transform(await tm.models.load('price')).filter(r => r.prediction.gt(1))
console.log(answer)
// @ts-expect-error the model has no such column
known.predict({ size: 3 })
// @ts-expect-error no such model in the catalog
await tm.models.load('prize@champion')
// @ts-expect-error no such model in the catalog
await tm.models.register('prize', run.model)
// @ts-expect-error no such model in the catalog
await tm.models.promote('prize', 'champion', 1, { reason: 'x' })
`

test('a catalog makes names and loaded models known to the compiler', async () => {
  const root = join(import.meta.dirname, '../..')
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-catalog-'))
  try {
    // As in a user's project: the package is found by its name.
    await cp(join(root, 'test/fixtures/project'), folder, { recursive: true })
    await mkdir(join(folder, 'node_modules'))
    await symlink(root, join(folder, 'node_modules/tidemill'))
    await symlink(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'))
    await writeFile(join(folder, 'typed.ts'), program)
    const checked = await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch(
      (error: unknown) => error as { stdout: string },
    )
    expect(checked.stdout).toBe('')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
