/** The contracts of a source and of a sink, on the connectors that the house opens itself; and on broken ones, which they must find. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Batch, batchFromRows, rowsOf } from '../batch/index.ts'
import type { SinkDriver, SourceDriver, Token } from '../plan/index.ts'
import { schemaOf } from '../schema/index.ts'
import { checkConnector, runCase, sinkCases, type SinkUnderTest, sourceCases, type SourceUnderTest } from '../testing/index.ts'
import { driver as linesDriver } from './lines-driver.ts'
import { driver as rowsDriver } from './rows-driver.ts'

let folder: string
let next = 0
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tidemill-connectors-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const schema = schemaOf({ id: 'int64', name: 'string?', x: 'float64' })
const many = Array.from({ length: 40_000 }, (_, i) => ({ id: i, name: i % 7 === 0 ? null : `name ${i}`, x: i / 3 }))

async function linesSource(zipped: boolean): Promise<SourceUnderTest<any>> {
  const at = join(folder, `lines-${++next}`)
  await mkdir(at)
  const texts = Array.from({ length: 30_000 }, (_, i) => (i % 5 === 0 ? '' : `line ${i} äöü 😀`))
  const parts = [texts.slice(0, 20_000), texts.slice(20_000)]
  for (const [i, part] of parts.entries()) {
    const text = Buffer.from(part.join(i === 0 ? '\r\n' : '\n') + (i === 0 ? '\r\n' : ''))
    await writeFile(join(at, `${i}.txt${zipped ? '.gz' : ''}`), zipped ? gzipSync(text) : text)
  }
  return {
    driver: linesDriver,
    options: { path: join(at, '*.txt*') },
    schema: schemaOf({ line: 'string' }),
    rows: texts.map(line => ({ line })),
    missing: { options: { path: join(at, 'nothing.txt') }, code: 'connectors.not-found' },
  }
}
const sources: Readonly<Record<string, () => Promise<SourceUnderTest<any>>>> = {
  rows: async () => ({ driver: rowsDriver, options: { rows: many, schema }, schema, rows: many }),
  lines: () => linesSource(false),
  'zipped lines': () => linesSource(true),
}
for (const [name, make] of Object.entries(sources))
  describe(`the source ${name}`, () => {
    for (const one of sourceCases) test(one.name, async () => expect(await runCase(one, await make())).toBe('passed'))
  })

const brokenSources: Readonly<Record<string, (good: SourceDriver<any>) => SourceDriver<any>>> = {
  'a source that ignores the asked columns': good => ({
    ...good,
    open: (options, asked, signal) => good.open(options, { ...asked, columns: schema.map(field => field.name) }, signal),
  }),
  'a source that reads too little': good => ({
    ...good,
    open: (options, asked, signal) =>
      good.open(options, { ...asked, ...(asked.limit === undefined ? {} : { limit: asked.limit - 1 }) }, signal),
  }),
  'a source that cannot be aborted': good => ({
    ...good,
    open: (options, asked) => good.open(options, asked, new AbortController().signal),
  }),
  'a source that loses its last batch': good => ({
    ...good,
    async *open(options, asked, signal) {
      let before: Batch | undefined
      for await (const batch of good.open(options, asked, signal)) {
        if (before !== undefined) yield before
        before = batch
      }
    },
  }),
}
test.each(Object.entries(brokenSources))('%s is found', async (_, broken) => {
  const source = async (): Promise<SourceUnderTest<any>> => ({
    driver: broken(rowsDriver),
    options: { rows: many, schema },
    schema,
    rows: many,
  })
  const report = await checkConnector({ name: 'broken', source })
  expect(report.passed).toBe(false)
  expect(report.results.some(result => result.outcome === 'passed')).toBe(true)
})

interface FolderOptions {
  readonly folder: string
}
/** A real sink of few lines: each epoch becomes one file of JSON lines, written under a hidden name and renamed by the commit. */
const folderSink: SinkDriver<FolderOptions> = {
  mode: 'append',
  guarantee: 'exactly-once',
  async writer({ folder: at }, _, { job, generation, subtask }) {
    const lines: string[] = []
    const id = `${job}-${generation}-${subtask}`
    return {
      async write(batch) {
        for (const row of rowsOf(batch)) lines.push(JSON.stringify(row))
      },
      async cut(epoch) {
        await mkdir(at, { recursive: true })
        await writeFile(join(at, `.${id}-${epoch}`), lines.splice(0).join('\n'))
        return { sink: 'folder', id: `${id}-${epoch}`, epoch, data: { file: `${id}-${epoch}.ndjson` } }
      },
      async close() {
        lines.length = 0
      },
    }
  },
  async commit({ folder: at }, token) {
    const file = join(at, fileOf(token))
    await rename(join(at, `.${token.id}`), file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    const text = await readFile(file, 'utf8')
    return { rows: text.split('\n').length, bytes: text.length, files: [file] }
  },
  async forget({ folder: at }, token) {
    await rm(join(at, `.${token.id}`), { force: true })
  },
}
function fileOf(token: Token): string {
  return (token.data as { readonly file: string }).file
}

async function sinkUnderTest(sink: SinkDriver<FolderOptions>): Promise<SinkUnderTest<FolderOptions>> {
  const at = join(folder, `sink-${++next}`)
  await mkdir(at)
  const fields = schemaOf({ id: 'int64', name: 'string?' })
  return {
    sink,
    options: { folder: at },
    schema: fields,
    batches: [
      batchFromRows(fields, [
        { id: 1, name: 'a' },
        { id: 2, name: null },
      ]),
      batchFromRows(fields, [{ id: 3, name: 'c' }]),
    ],
    remains: () => readdir(at),
    async read() {
      const files = (await readdir(at)).filter(name => name.endsWith('.ndjson')).sort()
      const texts = await Promise.all(files.map(name => readFile(join(at, name), 'utf8')))
      return texts.flatMap(text => text.split('\n')).map(line => JSON.parse(line) as object)
    },
  }
}
describe('a sink of files in a folder', () => {
  for (const one of sinkCases) test(one.name, async () => expect(await runCase(one, await sinkUnderTest(folderSink))).toBe('passed'))
})

const brokenSinks: Readonly<Record<string, SinkDriver<FolderOptions>>> = {
  'a sink that shows rows before the commit': {
    ...folderSink,
    async writer(options, fields, at) {
      const writer = await folderSink.writer(options, fields, at)
      return {
        ...writer,
        async cut(epoch) {
          const token = await writer.cut(epoch)
          await folderSink.commit(options, token)
          return token
        },
      }
    },
  },
  'a sink that does not forget': { ...folderSink, async forget() {} },
  'a sink that writes again on a second commit': {
    ...folderSink,
    async commit(options, token) {
      const report = await folderSink.commit(options, token)
      await writeFile(join(options.folder, `${++next}.ndjson`), await readFile(join(options.folder, fileOf(token))))
      return report
    },
  },
  'a sink whose subtasks share one name': {
    ...folderSink,
    writer: (options, fields, at) => folderSink.writer(options, fields, { ...at, subtask: 0 }),
  },
}
test.each(Object.entries(brokenSinks))('%s is found', async (_, sink) => {
  const report = await checkConnector({ name: 'broken', sink: () => sinkUnderTest(sink) })
  expect(report.passed).toBe(false)
  expect(report.results.some(result => result.outcome === 'passed')).toBe(true)
})
