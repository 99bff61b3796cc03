import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { californiaHousing, germanCredit } from '../datasets/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { column, contract, expectThat, suggestContract, type Contract } from './index.ts'
import { printContract } from './print-contract.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill({ workers: 1, typesFile: false })
})
afterAll(() => tm.close())

test('real tables meet the contracts that they suggest, and halves of them do not look the same', async () => {
  const houses = await tm.read(californiaHousing())
  const { contract: agreed, because } = await suggestContract(houses, { name: 'houses' })
  const report = await expectThat(houses, agreed)
  expect([report.passed, report.warnings, report.score]).toEqual([true, 0, 1])
  expect(because).toContainEqual({ check: 'medInc not null', because: 'none of 20640 is NULL' })
  // The file is ordered by place.
  const north = await expectThat(
    houses.filter(r => r.latitude.gt(37)),
    agreed,
  )
  expect(north.checks.filter(check => !check.passed).map(check => check.name)).toEqual(
    expect.arrayContaining(['latitude like the reference', 'longitude like the reference', 'row count between 10320 and 41280']),
  )
  const credit = await tm.read(germanCredit())
  const second = await suggestContract(credit)
  expect(await expectThat(credit, second.contract)).toMatchObject({ passed: true, score: 1 })
})

test('what is suggested follows from the figures', async () => {
  const list = Array.from({ length: 100 }, (_, i) => ({
    id: i,
    kind: i % 3 === 0 ? 'a' : 'b',
    note: i % 10 === 0 ? null : `note ${i}`,
    x: i % 7 === 0 ? -2.5 : i,
    none: null,
  }))
  const table = await tm.read(rows(list, { schema: { id: 'int64', kind: 'string', note: 'string?', x: 'float64', none: 'string?' } }))
  const { because, contract: agreed } = await suggestContract(table)
  expect(because.map(one => one.check)).toEqual([
    'row count between 50 and 200',
    'id is int64',
    'id not null',
    'id unique',
    'kind is string',
    'kind not null',
    'kind one of b, a',
    'note is string',
    'note not null',
    'note of 1 to 14 characters',
    'x is float64',
    'x not null',
    'x between -12.7 and 110',
    'none is string',
  ])
  expect(agreed.checks.find(check => check.name === 'note not null')?.['~data']).toMatchObject({ atLeast: 0.8, severity: 'warning' })
  await expect(suggestContract(table.limit(0))).rejects.toMatchObject({ code: 'quality.check' })
})

test('a contract that is printed and run is the same contract', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-printed-'))
  try {
    const { contract: suggested } = await suggestContract(await tm.read(californiaHousing()), { name: 'it\'s \u2028 "quoted"' })
    const more = contract({
      name: 'all',
      version: '1',
      checks: [
        column("it's").between(new Date(0), new Date(1e12)).atMost(3),
        column('n')
          .between(1n, 2n ** 62n)
          .severity('info')
          .named('big'),
        column('t')
          .matches(/^a"\/\n$/iu)
          .atLeast(0.5),
        column('t').parses('date'),
        column('n').increasing({ strict: true }),
        column('n').in('others', 'key'),
        column('n').like('others', { psi: 0.1, ks: 0.2 }),
        column('n').quantile(0.9).between(-Infinity, 5),
        column('n').nullShare().between(0, 0.5),
      ],
    })
    const made: Contract[] = []
    for (const [index, one] of [suggested, more].entries()) {
      const path = join(folder, `contract${index}.ts`)
      const face = pathToFileURL(join(import.meta.dirname, 'index.ts')).href
      await writeFile(path, printContract(one).replace("'tidemill'", JSON.stringify(face)))
      made.push(((await import(pathToFileURL(path).href)) as { agreed: Contract }).agreed)
    }
    expect(made.map(one => one.sha256)).toEqual([suggested.sha256, more.sha256])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
