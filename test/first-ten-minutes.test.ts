/** The first ten minutes of somebody who knows pandas, with a file of their own in a folder of their own: look, types, a program, a chart, SQL, another format. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from './house/tree.ts'

const main = join(root, 'src/cli/main.ts')
let folder: string

/** As a spreadsheet of a German office leaves it: a byte order mark, semicolons, decimal commas, quotes with line ends, gaps, names with blanks. */
function messy(): string {
  const shops = ['Köln', 'Aachen', '', '"Bonn; Zentrum"']
  const lines = Array.from({ length: 400 }, (_, n) => {
    const day = `2026-0${1 + (n % 6)}-${String(1 + (n % 28)).padStart(2, '0')}`
    const amount = n % 50 === 7 ? '' : `${10 + (n % 90)},${n % 10}0`
    return `${String(n + 1).padStart(5, '0')};${shops[n % 4]};${day};${amount};${n % 97 === 0 ? '"two\nlines"' : ''}`
  })
  return `\ufeffOrder No;Shop;Sold On;Amount EUR;Note\r\n${lines.join('\r\n')}\r\n`
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-ten-minutes-'))
  await writeFile(join(folder, 'sales 2026.csv'), messy())
  await mkdir(join(folder, 'node_modules'))
  await symlink(root, join(folder, 'node_modules/tidemill'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function run(args: readonly string[], input = ''): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', ...args], { cwd: folder, env: { ...process.env, COLUMNS: '100' } })
  child.stdin.on('error', () => undefined).end(input)
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>])
  expect([args, err, exit]).toEqual([args, '', 0])
  return out
}
const tidemill = (...args: string[]): Promise<string> => run([main, ...args])

test('a messy file is looked at, typed, summed up by a program, drawn, asked in SQL and converted, and the figures agree', async () => {
  const file = 'sales 2026.csv'
  // What pandas would say, worked out here by hand: the sum of the amounts of each shop.
  const amounts = Array.from({ length: 400 }, (_, n) => ({ shop: n % 4, cents: n % 50 === 7 ? 0 : (10 + (n % 90)) * 100 + (n % 10) * 10 }))
  const total = amounts.reduce((sum, { cents }) => sum + cents, 0) / 100
  const koeln = amounts.filter(({ shop }) => shop === 0).reduce((sum, { cents }) => sum + cents, 0) / 100

  // df.head(), df.info(), df.describe()
  const look = await tidemill(file)
  expect(look).toMatch(/Order No +string\n/)
  expect(look).toMatch(/Shop +string\?\n/)
  expect(look).toMatch(/Sold On +date\n/)
  expect(look).toMatch(/Amount EUR +float64\?\n/)
  expect(look).toContain('00001')
  expect(
    Math.max(
      ...look
        .split('\n')
        .filter(line => /^[│┌├└]/.test(line))
        .map(line => line.length),
    ),
  ).toBeLessThanOrEqual(100)
  expect(await tidemill('head', file, '-n', '2', '--columns', 'Shop,Amount EUR', '--csv')).toBe('Shop,Amount EUR\nKöln,10\nAachen,11.1\n')

  // The program that it prints runs as it stands.
  await writeFile(join(folder, 'start.mts'), look.slice(look.indexOf('import { count')))
  expect(await run(['start.mts'])).toMatch(/Shop[^]*Köln +│ +100/)

  // Types of the file, for the editor.
  await tidemill('types', '*.csv')
  expect(await readFile(join(folder, 'tidemill.d.ts'), 'utf8')).toMatch(/'sales 2026\.csv': \{[^}]*'Amount EUR': number \| null/)

  // df.groupby('shop').amount.sum()
  await writeFile(
    join(folder, 'report.ts'),
    `import { tidemill } from 'tidemill'
import { csv } from 'tidemill/connectors'
const tm = await tidemill()
const sales = await tm.read(csv('sales 2026.csv', { names: 'camelCase' }))
const byShop = sales.fillNull({ shop: 'unknown' }).groupBy('shop').agg(r => ({ total: r.amountEur.sum() })).sort(r => r.total.desc())
console.log(JSON.stringify(await byShop.rows()))
await tm.close()
`,
  )
  const byShop = JSON.parse(await tidemill('run', 'report.ts')) as { shop: string; total: number }[]
  expect(byShop.map(row => row.shop).sort()).toEqual(['Aachen', 'Bonn; Zentrum', 'Köln', 'unknown'])
  expect(byShop.find(row => row.shop === 'Köln')?.total).toBeCloseTo(koeln, 6)

  // df.plot.bar()
  expect(await tidemill('plot', file, '--x', 'Shop', '--y', 'Amount EUR', '--aggregate', 'sum')).toContain('Bonn; Zentrum')
  await tidemill('plot', file, '--x', 'Sold On', '--y', 'Amount EUR', '--out', 'amounts.png')
  expect((await readFile(join(folder, 'amounts.png'))).subarray(1, 4).toString()).toBe('PNG')

  // The same in SQL, and at the prompt of TypeScript.
  const sql = `select round(sum("Amount EUR"), 2) as total from '${file}'`
  expect(JSON.parse(await tidemill('query', sql, '--json'))).toEqual([{ total }])
  const typed = `const euros: number = (await data.agg(r => ({ total: r['Amount EUR'].sum() })).rows())[0].total\neuros.toFixed(2)\n`
  expect(await run([main, 'repl', file], typed)).toBe(`'${total.toFixed(2)}'\n`)

  // df.to_parquet(), df.to_excel(): and nothing changes on the way.
  await tidemill('convert', file, 'sales.parquet')
  await tidemill('convert', 'sales.parquet', 'sales.xlsx')
  const back = `select round(sum(p."Amount EUR"), 2) as parquet, round(sum(x."Amount EUR"), 2) as excel, count(*) as rows, max(length(p."Note")) as note
    from 'sales.parquet' p join 'sales.xlsx' x using ("Order No")`
  expect(JSON.parse(await tidemill('query', back, '--json'))).toEqual([{ parquet: total, excel: total, rows: 400, note: 9 }])
  expect((await readdir(folder)).filter(name => name.includes('tmp') || name.startsWith('.tidemill-'))).toEqual([])
})
