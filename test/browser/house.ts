/** What the browser tests look at: a workspace with a run, a model and a stream that runs, behind a real server. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rows } from '../../src/connectors/index.ts'
import { linearRegression } from '../../src/ml/index.ts'
import { tokens } from '../../src/security/index.ts'
import { app, type App, dashboardFolder, listen, type Listening } from '../../src/server/index.ts'
import { tidemill } from '../../src/session/index.ts'
import { openWorkspace } from '../../src/models/index.ts'
import { startStream } from './stream.ts'

export interface House {
  readonly url: string
  /** The folder of its workspace. */
  readonly workspace: string
  readonly run: string
  /** Kept runs: of a table, and of a MapReduce job. */
  readonly kept: readonly string[]
  readonly job: string
  /** A fresh one-time link. */
  link(): string
  /** Ends the server, and starts it again where it was. */
  leave(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

const known = tokens()
/** Signs in as well as a one-time link does. */
export const token: string = known.issue({ name: 'test' }).token

/** A workspace in use. `empty`: nothing in it, and nothing runs. */
export async function openHouse({ empty = false }: { readonly empty?: boolean } = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-browser-'))
  const run = empty ? '' : await tryOut(join(folder, 'workspace'))
  const kept = empty ? [] : await keepSome(join(folder, 'workspace'))
  const stream = empty ? undefined : await startStream(join(folder, 'workspace'))
  const workspace = await openWorkspace(join(folder, 'workspace'))
  const served: App = app({ tokens: known, workspace, web: dashboardFolder() })
  let server: Listening | undefined = await listen(served, { drainMs: 200 })
  const { url } = server
  return {
    url,
    workspace: workspace.folder,
    run,
    kept,
    job: stream?.name ?? '',
    link: () => served.onceLink(url),
    async leave() {
      await server?.close()
      server = undefined
    },
    async comeBack() {
      server = await listen(served, { port: Number(new URL(url).port), drainMs: 200 })
    },
    async close() {
      await stream?.end()
      await server?.close()
      await workspace.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What a table and a job gave, kept. */
async function keepSome(workspace: string): Promise<readonly string[]> {
  await using tm = await tidemill({ workspace, workers: 1, typesFile: false })
  const sales = await tm.read(rows(Array.from({ length: 30 }, (_, i) => ({ region: `<b>r${i % 3}</b>`, amount: i % 7 === 0 ? null : i }))))
  const byRegion = sales.groupBy('region').agg(r => ({ total: r.amount.sum() }))
  const { id } = await tm.keep(byRegion.sort('region'), 'by-region')
  const counts = await tm.mapReduce(rows([{ text: 'a b a' }, { text: 'b c' }]), {
    *map(row) {
      for (const word of row.text.split(' ')) yield [word, 1] as const
    },
    reduce: (word, parts) => ({ word, n: [...parts].length }),
    keep: 'words',
  })
  return [id, counts.report.run]
}

/** A run, the model it made, and a champion. */
async function tryOut(workspace: string): Promise<string> {
  await using tm = await tidemill({ workspace, workers: 1, typesFile: false })
  const houses = Array.from({ length: 60 }, (_, i) => ({
    rooms: 2 + (i % 7),
    age: (i * 13) % 50,
    price: 90 + 30 * (i % 7) - ((i * 13) % 50),
  }))
  const table = await tm.read(rows(houses))
  const run = await tm.experiment('price').run(async run => {
    run.param({ features: 'rooms, age' })
    await run.data('houses', table)
    const model = await linearRegression().fit(table, { target: 'price' })
    run.log(await model.evaluate(table))
    return model
  })
  const version = await tm.models.register('price', run.model)
  await tm.models.promote('price', 'champion', version, { reason: 'the first' })
  await tm
    .experiment('price')
    .run(() => Promise.reject(new Error('rows ran out')))
    .catch(() => undefined)
  return run.id
}
