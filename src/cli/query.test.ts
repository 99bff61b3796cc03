/** `query` and `repl`: what is typed, at a prompt and in a pipe. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tidemill as session } from '../session/index.ts'
import { schemaOf } from '../schema/index.ts'
import { completeQuery } from './complete-query.ts'
import { completeRepl } from './repl-complete.ts'
import { replSource, Unfinished } from './repl-source.ts'
import { openHistory } from './history.ts'
import { queryPrompt } from './query-prompt.ts'
import { queryTables } from './query-tables.ts'
import { quotedTables, sqlStatements } from './sql-tokens.ts'

const main = join(import.meta.dirname, 'main.ts')
let folder: string
let sales: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-query-'))
  sales = join(folder, 'sales.csv')
  await writeFile(sales, 'id,region,total\n1,north,1.5\n2,south,2\n3,north,4\n')
  await writeFile(join(folder, 'names.ndjson'), '{"region":"north","name":"Noord"}\n{"region":"south","name":"Zuid"}\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Said {
  readonly out: string
  readonly err: string
  readonly exit: number | null
}
async function tidemill(args: readonly string[], input = ''): Promise<Said> {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', main, ...args], { cwd: folder })
  child.stdin.on('error', () => undefined).end(input)
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>])
  return { out, err, exit }
}

test('statements end at semicolons that stand outside of texts, names and comments', () => {
  expect(sqlStatements(`select ';' as ";" -- ;\n; select /* ; */ 2;; select $x$;$x$`)).toEqual({
    statements: [`select ';' as ";" -- ;`, 'select /* ; */ 2'],
    rest: ' select $x$;$x$',
  })
  expect(sqlStatements(`select 'it''s;`)).toEqual({ statements: [], rest: `select 'it''s;` })
})

test('files are what stands in quotes where a table is wanted, and nowhere else', () => {
  expect(
    quotedTables(
      `select 'x.csv', "y.csv" from 'a.csv' t, "b.csv" join (select * from 'c.csv' where d in ('d.csv', 'e.csv')) using (id) where f = 'g.csv' -- from 'h.csv'`,
    ),
  ).toEqual(['a.csv', 'b.csv', 'c.csv'])
  expect(quotedTables(`from 'a.csv' select 1`)).toEqual(['a.csv'])
  expect(quotedTables(`select extract(year from '2026-01-01'), 'x' from "t t"`)).toEqual(['2026-01-01', 't t'])
})

test('SQL joins a named file with a file in quotes, from the command line and from standard input', async () => {
  const statement = `select name, sum(total) as total from s join 'names.ndjson' using (region) group by name order by name`
  expect(await tidemill(['query', '--file', 's=sales.csv', statement, '--csv'])).toEqual({
    out: 'name,total\nNoord,5.5\nZuid,2\n',
    err: '',
    exit: 0,
  })
  const piped = await tidemill(['query', '-', '--json'], `-- a report\nselect max(id) as last from 'sales.csv';\n`)
  expect(JSON.parse(piped.out)).toEqual([{ last: 3 }])
  const written = await tidemill(['query', `select * from 'sales.csv' where id > 1`, '--out', 'late.ndjson', '--replace'])
  expect(written.out).toMatch(/^late\.ndjson: 2 rows, /)
})

test.each([
  [`select * from nowhere`, 1, /unknown table in SQL text: nowhere \(have s\)\nhint: one SELECT over files in quotes/],
  [`select * from 'nowhere.csv'`, 1, /no such file: nowhere\.csv/],
  [`copy s to 'out.csv'`, 1, /SQL text is refused: Only SELECT/],
  [`select * from read_text('sales.csv')`, 1, /table function is not allowed in SQL text: read_text/],
  [`select getenv('HOME')`, 1, /function is not allowed in SQL text: getenv/],
  [`select 1; select 2`, 2, /SQL text must be one statement, not 2/],
  [` `, 2, /SQL text is empty\nhint: tidemill query/],
])('%s is refused in words', async (statement, exit, message) => {
  const said = await tidemill(['query', '--file', 's=sales.csv', statement])
  expect(said.err).toMatch(new RegExp(`^error: ${message.source}`))
  expect(said).toMatchObject({ exit, out: '' })
})

test('a sealed query reads the files of the command line only', async () => {
  const said = await tidemill(['query', '--sealed', '--file', 's=sales.csv', `select * from s join 'names.ndjson' using (region)`])
  expect(said).toMatchObject({ exit: 1, out: '', err: expect.stringContaining('file that may not be read: names.ndjson (have s)') })
})

/** A prompt on a terminal that is a stream, and all it said. */
async function prompting(keys: (type: (text: string) => void, shows: (wanted: RegExp) => Promise<void>) => Promise<void>): Promise<string> {
  await using tm = await session({ folder: join(folder, '.store'), typesFile: false, workers: 1 })
  const input = new PassThrough()
  const output = new PassThrough()
  let said = ''
  output.on('data', (bytes: Buffer) => (said += stripVTControlCharacters(bytes.toString())))
  const prompt = queryPrompt(queryTables(tm, true), {
    rows: 10,
    format: undefined,
    workspace: join(folder, 'ws'),
    quiet: true,
    input,
    output,
  })
  let seen = 0
  await keys(
    typed => void input.write(typed),
    async wanted => {
      while (!wanted.test(said.slice(seen))) await new Promise(resolve => output.once('data', resolve))
      seen = said.length
    },
  )
  input.end()
  await prompt
  return said
}

test('the prompt takes statements of several lines, completes, tells of mistakes, and keeps its history for its owner alone', async () => {
  const said = await prompting(async (type, shows) => {
    await shows(/tidemill> /)
    type(`.open ${sales}\r`)
    await shows(/sales: id int64, region string, total float64/)
    type('select regi')
    type('\t')
    await shows(/select region/)
    type(', count(*) as n\r')
    await shows(/\.\.\.> /)
    type('from sales group by all order by n desc;\r')
    await shows(/north +│ +2[^]*tidemill> /)
    type('select regoin from sales;\r')
    await shows(/error: .*regoin[^]*tidemill> /)
    type('.schema sales\r')
    await shows(/total +float64[^]*tidemill> /)
    type('.mode csv\rselect max(id) as last from sales;\r')
    await shows(/last\n3\n[^]*tidemill> /)
    type('.nonsense\r')
    await shows(/unknown command: \.nonsense/)
    type('.exit\r')
  })
  expect(said).toContain('SQL over files')
  const kept = join(folder, 'ws/history/query')
  expect((await stat(kept)).mode & 0o777).toBe(0o600)
  expect(await readFile(kept, 'utf8')).toContain('"select region, count(*) as n\\nfrom sales group by all order by n desc;"')
})

test('Ctrl-C stops the statement that runs, and the prompt stays', async () => {
  await prompting(async (type, shows) => {
    await shows(/tidemill> /)
    type('select count(*) from range(1000000000) a, range(1000000) b;\r')
    await new Promise(resolve => setTimeout(resolve, 300))
    type('\u0003')
    await shows(/stopped[^]*tidemill> /)
    type('select 42 as answer;\r')
    // Until the prompt is back, Ctrl-C is for the statement.
    await shows(/42 │[^]*tidemill> /)
    type('half a state')
    type('\u0003')
    await shows(/tidemill> /)
    type('select 43 as answer;\r')
    await shows(/43 │[^]*tidemill> /)
    type('.exit\r')
  })
})

test('a damaged history is read as far as it is sound, and a wide one is closed to others', async () => {
  const path = join(folder, 'odd/history')
  const first = await openHistory(path, () => undefined)
  await first.add('one\ntwo;')
  await first.add('one\ntwo;')
  await first.add('three;')
  await writeFile(path, `${await readFile(path, 'utf8')}"cut`, { mode: 0o644 })
  expect((await openHistory(path, () => undefined)).entries).toEqual(['one\ntwo;', 'three;'])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const told: string[] = []
  const lost = await openHistory(join(sales, 'history'), line => told.push(line))
  await lost.add('x')
  await lost.add('y')
  expect(told).toHaveLength(1)
})

test('Tab knows tables, columns of a table, keywords in the case that is typed, and files in quotes', () => {
  const tables = new Map([['sales', schemaOf({ id: 'int64', region: 'string', 'Sold At': 'date' })]])
  expect(completeQuery('select sal', tables)).toEqual([['sales'], 'sal'])
  expect(completeQuery('select sales.re', tables)).toEqual([['region'], 're'])
  expect(completeQuery('select sol', tables)[0]).toEqual(['"Sold At"'])
  expect(completeQuery('SELECT * FR', tables)[0]).toEqual(['FROM'])
  expect(completeQuery('.sch', tables)).toEqual([['.schema'], '.sch'])
  expect(completeQuery(`select * from '${folder}/sal`, tables)).toEqual([[sales], `${folder}/sal`])
})

test('what is typed becomes a script: types go, declarations are globals, imports and awaits work at the top', () => {
  const run = (typed: string): string => replSource(typed).code
  expect(run('const n: number = 1')).toBe('var n;void ((n = 1));')
  expect(run('const { a, b: [c = 2, ...d] } = f()')).toContain('var a, c, d;')
  expect(replSource('const x = await f()')).toEqual({ code: 'var x;(async () => {void ((x = await f()));\n})()', waits: true })
  expect(run('await f()')).toBe('(async () => {return (await f()\n)\n})()')
  expect(run('{ a: 1, b: 2 }')).toBe('({ a: 1, b: 2 }\n)')
  expect(run('() => { async () => await 1 }')).not.toContain('return')
  expect(run("import fs, { readFile as read } from 'node:fs'")).toBe(
    'var fs, read;(async () => {void (({ "default": fs } = await import("node:fs")), ({ "readFile": read } = await import("node:fs")));\n})()',
  )
  for (const half of ['function f(x: number) {', 'f(', '[1,', 'const a = `x', '/* a', 'x ?', 'data.filter(r =>\n  r.x.gt(1)', 'if (a) {'])
    expect(() => replSource(half), half).toThrow(Unfinished)
  for (const wrong of ['let x: =', 'a b', ')', 'enum A { x }', "const s = 'x"]) expect(() => replSource(wrong), wrong).toThrow(SyntaxError)
})

test('Tab in the REPL knows columns in callbacks and quotes, methods of expressions and of tables, and calls nothing', async () => {
  await using tm = await session({ folder: join(folder, '.store'), typesFile: false, workers: 1 })
  const { csv } = await import('../connectors/index.ts')
  const asked: string[] = []
  const globals = {
    salesTable: await tm.read(csv(sales)),
    trap: {
      get secret() {
        asked.push('secret')
        return 1
      },
    },
  }
  Object.assign(globalThis, globals)
  try {
    expect(completeRepl('salesTable.filter(r => r.re')).toEqual([['region'], 're'])
    expect(completeRepl('salesTable.filter(r => r.total.gt')[0]).toEqual(['gt', 'gte'])
    expect(completeRepl("salesTable.select('id', 'to")).toEqual([['total'], 'to'])
    expect(completeRepl('salesTable.withColumns(r => ({ twice: r.total.mul(2) })).filter(r => r.tw')).toEqual([['twice'], 'tw'])
    expect(completeRepl('salesTable.group')).toEqual([['groupBy'], 'group'])
    expect(completeRepl('salesTable.filter(r => r.id.gt(1)).gr')).toEqual([['groupBy'], 'gr'])
    expect(completeRepl('salesTa')[0]).toEqual(['salesTable'])
    expect(completeRepl('JSON.str')).toEqual([['stringify'], 'str'])
    expect(completeRepl('trap.secret.x')[0]).toEqual([])
    expect(completeRepl(`csv('${folder}/sal`)[0]).toEqual([sales])
    expect(asked).toEqual([])
  } finally {
    for (const name of Object.keys(globals)) Reflect.deleteProperty(globalThis, name)
  }
})

test('the REPL evaluates what is piped in, shows tables, and ends with 1 at the first error', async () => {
  const { out, err, exit } = await tidemill(
    ['repl', 'sales.csv'],
    `const cheap: number = 3
const cheap = 2
data.filter(r => r.total.lte(cheap))
import { kFold } from 'tidemill/ml'
typeof kFold
function twice(x: number): number {
  return 2 * x
}
twice(await data.count())
tm.sql('select max(id) as last from d', { tables: { d: data } })
data.select('regoin')
'not reached'
`,
  )
  expect(out).toMatch(/^┌[^]*2 │ south +│ +2 │\n└.*\n2 rows\n'function'\n6\n┌[^]*3 │\n└.*\n1 row\n$/)
  expect(err).toMatch(
    /^error: unknown column: regoin \(have id, region, total\).*\nhint: did you mean region\?\ncode: plan\.unknown-column\n$/,
  )
  expect(exit).toBe(1)
  const half = await tidemill(['repl'], 'function f() {\n')
  expect(half).toMatchObject({ exit: 1, err: expect.stringContaining('input ends in the middle of a statement') })
})
