/** What a first user meets who trains, keeps and serves models: help, signals, places that are damaged, narrow terminals. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'

const datasets = join(import.meta.dirname, '../../datasets')
const main = join(import.meta.dirname, 'main.ts')
const commands = ['types', 'train', 'predict', 'serve', 'models', 'doctor', 'run'] as const
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-stranger-models-'))
  await cp(join(datasets, 'iris.csv'), join(folder, 'iris.csv'))
  const train = ['train', 'iris.csv', '--target', 'species', '--register', 'iris', '--model']
  for (const model of ['tree', 'logistic']) {
    const { exit, err } = await tidemill([...train, model])
    if (exit !== 0) throw new Error(err)
  }
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Said {
  readonly out: string
  readonly err: string
  readonly exit: number | null
}

async function tidemill(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
  const { npm_command: _, ...rest } = process.env
  const child = spawn(process.execPath, ['--conditions=tidemill-source', main, ...args], { cwd: folder, env: { ...rest, ...env } })
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>])
  return { out, err, exit }
}

test.each(commands)('the help of %s ends with lines to type, of options that exist', async command => {
  const { out, exit } = await tidemill([command, '--help'])
  expect(exit).toBe(0)
  const examples = out.slice(out.indexOf('Examples:')).match(/tidemill .*/g) ?? []
  expect(examples.length).toBeGreaterThan(0)
  for (const example of examples) {
    expect(example).toMatch(new RegExp(`^tidemill ${command}\\b`))
    const [options = ''] = out.split('Examples:')
    for (const option of example.match(/--[a-z-]+/g) ?? []) expect(options).toContain(option)
  }
})

test('a wrong option names the help of its own command', async () => {
  for (const [args, wrong] of [
    [['train', 'iris.csv', '--traget', 'x'], "unknown option '--traget'"],
    [['predict', 'iris'], "missing required argument 'file'"],
    // It would serve the workspace instead, without a word.
    [['serve', 'models/iris', '--port', '0', '--workspace', 'nowhere'], 'too many arguments'],
    [['predict', 'iris', 'iris.csv', 'more.csv'], 'too many arguments'],
  ] as const) {
    const said = await tidemill(args)
    expect(said).toMatchObject({ exit: 2, out: '', err: expect.stringContaining(wrong) })
    expect(said.err).toContain(`(tidemill ${args[0]} --help shows what it takes)`)
  }
})

test('a request to end stops the learning as Ctrl-C does, and leaves no temporary file', async () => {
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  const child = spawn(
    process.execPath,
    ['--conditions=tidemill-source', main, 'train', 'iris.csv', '--target', 'species', '--grid', 'trees=900,901,902', '--out', 'never'],
    { cwd: folder, env: { ...process.env, TMPDIR: temporary } },
  )
  const err = text(child.stderr)
  for await (const bytes of child.stdout) if (String(bytes).includes('held out')) break
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([130, null])
  expect(await err).toMatch(/stopped\n$/)
  expect(await readdir(temporary)).toEqual([])
  expect(await readdir(folder)).not.toContain('never')
})

test('a narrow terminal keeps what counts: the figures of the rows that were held out', async () => {
  const { out } = await tidemill(['train', 'iris.csv', '--target', 'species', '--model', 'tree'], { COLUMNS: '40' })
  expect(out).toMatch(/metric +│ HELD OUT /)
  expect(out).toMatch(/accuracy +│ +0\.9 /)
  expect(Math.max(...(out.match(/^[┌│└├].*$/gm) ?? []).map(line => line.length))).toBeLessThanOrEqual(40)
})

test('what is typed next begins as this command was begun', async () => {
  const args = ['train', 'iris.csv', '--target', 'species', '--model', 'tree', '--replace', '--out', 'next']
  expect((await tidemill(args)).out).toMatch(/\nnext\n {2}tidemill predict next iris\.csv\n {2}tidemill serve --model next=next\n$/)
  expect((await tidemill(args, { npm_command: 'exec' })).out).toMatch(
    /\nnext\n {2}npx tidemill predict next iris\.csv\n {2}npx tidemill serve/,
  )
})

test('a registry that is damaged is told of before anything is read', async () => {
  await cp(join(folder, '.tidemill'), join(folder, 'cut'), { recursive: true })
  await truncate(join(folder, 'cut/tidemill.sqlite'), 3000)
  const train = ['train', 'iris.csv', '--target', 'species', '--model', 'tree']
  expect(await tidemill([...train, '--register', 'iris', '--workspace', 'cut'])).toMatchObject({
    exit: 1,
    out: '',
    err: expect.stringContaining('code: models.damaged'),
  })
})

test.skipIf(process.getuid?.() === 0)('a folder that may not be written is told of before the learning, not after', async () => {
  await mkdir(join(folder, 'closed'))
  await chmod(join(folder, 'closed'), 0o555)
  for (const place of [
    ['--out', 'closed/model'],
    ['--register', 'iris', '--workspace', 'closed/new'],
  ])
    expect(await tidemill(['train', 'iris.csv', '--target', 'species', ...place])).toMatchObject({
      exit: 1,
      out: '',
      err: expect.stringMatching(/^error: folder cannot be made or written: closed\/\w+: permission denied\nhint: .*--(out|workspace)/),
    })
})

test('options of a model that do not exist are a wrong command line', async () => {
  const train = ['train', 'iris.csv', '--target', 'species']
  for (const [args, wrong] of [
    [['--param', 'tress=3'], /unknown parameter: tress \(have trees, /],
    [['--grid', 'trees=1,2', '--scoring', 'accuracyy'], /unknown scoring: accuracyy/],
    [['--register', 'a b'], /bad model name: "a b"/],
  ] as const)
    expect(await tidemill([...train, ...args])).toMatchObject({ exit: 2, err: expect.stringMatching(wrong) })
})

test('columns under names of another case are found near', async () => {
  await writeFile(join(folder, 'case.csv'), 'Sepal_Length,sepal_width,petal_length,petal_width\n5,3,1,0.2\n')
  expect((await tidemill(['predict', 'iris', 'case.csv'])).err).toMatch(
    /missing column: sepal_length .*\nhint: did you mean Sepal_Length\?/,
  )
  await writeFile(join(folder, 'text.csv'), 'sepal_length,sepal_width,petal_length,petal_width\nabc,3,1,0.2\n')
  expect((await tidemill(['predict', 'iris', 'text.csv'])).err).toMatch(/"abc" in column sepal_length, row 1 .*\nhint: the model learnt/)
})

test('what the registry wants next is said in words of the command line', async () => {
  await tidemill(['models', 'promote', 'iris', 'shadow', '1', '--reason', 'x'])
  expect((await tidemill(['models', 'rollback', 'iris', 'shadow', '--reason', 'x'])).err).toMatch(
    /hint: tidemill models promote iris shadow VERSION --reason TEXT/,
  )
  expect((await tidemill(['models', '--workspace', 'nowhere'])).err).toMatch(/hint: .*tidemill train FILE --target COLUMN --register NAME/)
})

test('a damaged newest version does not keep a sound one from being served', async () => {
  await cp(join(folder, '.tidemill'), join(folder, 'partly'), { recursive: true })
  await truncate(join(folder, 'partly/models/iris/2/model.json'), 10)
  const child = spawn(process.execPath, ['--conditions=tidemill-source', main, 'serve', '--port', '0', '--workspace', 'partly'], {
    cwd: folder,
  })
  const err = text(child.stderr)
  let out = ''
  child.stdout.on('data', chunk => {
    out += String(chunk)
    if (out.includes('curl')) child.kill('SIGINT')
  })
  expect(await once(child, 'close')).toEqual([0, null])
  expect(await err).toMatch(/warning: not served: damaged model: iris@2/)
  expect(out).toMatch(/serving 1 model at .*: iris@1\n/)
  expect(out).toContain('/v2/models/iris@1/infer')
})
