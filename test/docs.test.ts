/** Every program in README.md and docs/ type-checks; whole programs run and print what they say. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allExamples, examplesIn, missingOutput } from './house/examples.ts'
import { mustRun, run } from './house/run.ts'
import { root } from './house/tree.ts'

const examples = allExamples()
let folder: string

beforeAll(async () => {
  // Inside the repository, so that `tidemill` is this package.
  await mkdir(join(root, 'out'), { recursive: true })
  folder = await mkdtemp(join(root, 'out/docs-'))
  // The files that the programs talk about.
  const blocks = gunzipSync(await readFile(join(root, 'datasets/california_missing.csv.gz')))
  await writeFile(join(folder, 'housing.csv'), blocks)
  await mkdir(join(folder, 'sensors'))
  await writeFile(join(folder, 'sensors/a.log'), '{"at":"2026-01-01T00:00:00Z","machine":"m1","temperature":20}\n')
  for (const [i, { code }] of examples.entries()) await writeFile(join(folder, `example-${i}.ts`), code)
  const compilerOptions = { noEmit: true, declaration: false, isolatedDeclarations: false }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'] }))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Names the page and line instead of the file that was made of the block. */
function placed(text: string): string {
  return text.replace(/example-(\d+)\.ts\((\d+),/g, (_, i: string, line: string) => {
    const { at } = examples[Number(i)] ?? { at: '?:0' }
    const [page, fence] = at.split(':')
    return `${page}:${Number(fence) + Number(line)} (column `
  })
}

test('there are programs', () => {
  expect(examples.filter(example => example.runs).length).toBeGreaterThan(0)
})

test('every program type-checks', async () => {
  const { out } = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'], {
    cwd: folder,
  })
  expect(placed(out)).toBe('')
}, 120_000)

test.each(examples.map((example, i) => ({ ...example, i })).filter(example => example.runs))(
  '$at runs and prints what it says',
  async ({ i, prints }) => {
    const { out } = await mustRun(process.execPath, ['--conditions=tidemill-source', `example-${i}.ts`], {
      cwd: folder,
      env: { NO_COLOR: '1' },
    })
    expect(missingOutput(prints, out), out).toBeUndefined()
  },
  120_000,
)

test('a block is found where it stands, and its output is compared in order', () => {
  const text = "# Page\n```ts\nimport 'node:fs'\nconsole.log(1) // => 1\nconsole.log(2) // => 2\n```\n```sh\nls\n```\n```ts\nfoo()\n```\n"
  const [one, two, ...more] = examplesIn('page.md', text)
  expect(one).toMatchObject({ at: 'page.md:2', runs: true, prints: ['1', '2'] })
  expect(two).toMatchObject({ at: 'page.md:10', runs: false, prints: [] })
  expect(more).toEqual([])
  expect(missingOutput(['1', '2'], 'x\n1\n 2\n')).toBeUndefined()
  expect(missingOutput(['2', '1'], '1\n2\n')).toBe('1')
  expect(missingOutput(['3'], '1\n2\n')).toBe('3')
})
