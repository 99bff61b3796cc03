import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { describeValue, renderTerminal } from '../display/index.ts'
import type { Clock } from '../time/index.ts'
import { compareChart, report, residualChart, type ReportOptions } from './index.ts'

const clock: Clock = { now: () => Date.UTC(2026, 10, 21, 14, 2, 30), monotonic: () => 0 }
const evil = `<img src=x onerror=alert(1)>"'&`

const full: ReportOptions = {
  title: `Houses ${evil}`,
  subtitle: evil,
  facts: [
    ['rows', 20640],
    [evil, evil],
  ],
  clock,
  sections: [
    { text: [evil, 'second'] },
    { title: 'careful', warning: evil },
    { note: evil },
    {
      title: 'Models',
      sections: [
        {
          chart: compareChart(
            [
              { name: evil, value: 1 },
              { name: 'b', value: 2 },
            ],
            { title: evil },
          ),
        },
        {
          title: 'Environment',
          values: [
            [evil, evil],
            ['none', null],
            ['share', 0.25],
          ],
        },
      ],
    },
    { title: evil, table: [{ [evil]: evil, n: 1.5 }, { n: -20000 }] },
  ],
}

interface Found {
  readonly textContent: string
  readonly localName: string
  readonly attributes: ArrayLike<{ readonly name: string; readonly value: string }>
  getAttribute(name: string): string | null
}
const all = (html: string, selector: string): readonly Found[] => {
  const { document } = parseHTML(html) as unknown as { readonly document: { querySelectorAll(selector: string): Iterable<Found> } }
  return [...document.querySelectorAll(selector)]
}

test('a report is one page that loads nothing, runs nothing, and says so to the browser', async () => {
  const html = await report(full).toHtml()
  expect(html).not.toMatch(/https?:|url\(|@import|\bsrc\s*=\s*["']/)
  expect(all(html, 'script, img, iframe, form, link:not([rel="icon"])')).toEqual([])
  const policy = all(html, 'meta[http-equiv="Content-Security-Policy"]').map(meta => meta.getAttribute('content'))
  expect(policy[0]).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; img-src data:/)
  expect(all(html, '*').flatMap(element => Array.from(element.attributes).filter(({ name }) => name.startsWith('on')))).toEqual([])
})

test('all text is text', async () => {
  const html = await report(full).toHtml()
  expect(html).not.toContain('<img')
  expect(all(html, 'h1')[0]?.textContent).toBe(`Houses ${evil}`)
  expect(all(html, '.note p').map(p => p.textContent)).toEqual([`Warning: ${evil}`, `Note: ${evil}`])
  expect(all(html, '.kvs dt')[0]?.textContent).toBe(evil)
})

test('headings go down by one', async () => {
  const levels = all(await report(full).toHtml(), 'h1, h2, h3, h4').map(heading => Number(heading.localName.slice(1)))
  expect(levels[0]).toBe(1)
  levels.slice(1).forEach((level, index) => expect(level - (levels[index] ?? 0)).toBeLessThanOrEqual(1))
  expect(levels.filter(level => level === 1)).toHaveLength(1)
})

test('numbers are for people: commas, a real minus, the same digits down a column', async () => {
  const html = await report(full).toHtml()
  expect(all(html, '.tile dd')[0]?.textContent).toBe('20,640')
  expect(all(html, '.t td.n').map(cell => cell.textContent)).toEqual(['1.5', '−20,000.0'])
  expect(all(html, '.brandline')[0]?.textContent).toBe('Tidemill report · made 2026-11-21 14:02 UTC · charts hold aggregates only')
})

test('a report with points says that they are single rows', async () => {
  const chart = residualChart({ actual: [1, 2], predicted: [1, 1.5] })
  const html = await report({ title: 'r', sections: [{ chart }], clock }).toHtml()
  expect(all(html, '.brandline')[0]?.textContent).toContain('dots of scatter charts stand for single rows')
})

test('a table of many rows is cut and says so', async () => {
  const table = Array.from({ length: 250 }, (_, index) => ({ index }))
  const html = await report({ title: 'r', sections: [{ table }], clock }).toHtml()
  expect(all(html, 'tbody tr')).toHaveLength(200)
  expect(all(html, '.more')[0]?.textContent).toBe('the first 200 of 250 rows; a report holds no more')
})

test('the same report gives the same bytes', async () => {
  expect(await report(full).toHtml()).toBe(await report(full).toHtml())
})

test('a report is saved whole or not at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-report-'))
  try {
    const page = report(full)
    const path = join(folder, 'out', 'report.html')
    const bytes = await page.save(path)
    const text = await readFile(path, 'utf8')
    expect([Buffer.byteLength(text), text]).toEqual([bytes, await page.toHtml()])
    await expect(page.save(join(folder, 'other.html'), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    expect(await readdir(folder)).toEqual(['out'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a section of nothing known is refused when the report is made', () => {
  expect(() => report({ title: 'r', sections: [{ txt: 'x' } as never] })).toThrow(
    'section 1 of a report holds nothing (have text, markdown, table',
  )
  expect(() => report({ title: 'r', sections: [{ title: 'g', sections: [{ title: 'h', sections: [] } as never] }] })).toThrow(
    'section 1.1 of a report is a group in a group',
  )
  expect(() => report({ title: 'r', sections: [{ chart: Promise.resolve() as never }] })).toThrow('section 1 of a report holds no chart')
})

test('a report shows itself in the terminal', () => {
  const text = renderTerminal(describeValue(report(full)), { width: 80 })
  expect(text).toContain('20,640')
  expect(text).toContain('warning: ')
  expect(text).toContain('Environment')
})

test('a list of items is a report: Markdown, charts, rows, and what shows itself', async () => {
  const chart = compareChart([
    { name: 'a', value: 1 },
    { name: 'b', value: 2 },
  ])
  const nested = report({ title: 'inner', sections: [{ text: 'deep' }] })
  const page = report(['# Houses\n\nPrices by **income**.', chart, [{ n: 1 }], nested, { figures: [['rows', 20640]] }], { clock })
  expect(page.title).toBe('Houses')
  const html = await page.toHtml()
  expect(all(html, 'h1').map(heading => heading.textContent)).toEqual(['Houses'])
  expect(all(html, '.md strong').map(bold => bold.textContent)).toEqual(['income'])
  expect(all(html, '.t td, .t th[scope="row"]').map(cell => cell.textContent)).toEqual(['1'])
  expect(all(html, '.value')[0]?.textContent).toContain('deep')
  expect(all(html, '.figures .tile dd')[0]?.textContent).toBe('20,640')
  expect(() => report([Promise.resolve() as never])).toThrow('item 1 of a report is nothing a report can hold: a promise')
  expect(() => report([{ engine: 1, plan: 2 } as never])).toThrow('item 1 of a report is a table that has not run')
})

test('Markdown of a report is a small part of it, and HTML in it is text', async () => {
  const markdown = `# Top\n### Deep\n\n- one ${evil}\n- **two** *three* \`a*b*c\`\n  goes on\n\n1. first\n2. second\n\n> said\n\n[site](https://example.org/?a=1&b=2) [bad](javascript:alert(1)) ![p](http://x/y.png)\n\n\`\`\`\n<script>x</script> **not bold**\n\`\`\``
  const html = await report({ title: 'r', sections: [{ title: 'text', markdown }], clock }).toHtml()
  expect(all(html, 'script, img')).toEqual([])
  expect(all(html, '.md h3, .md h4, .md h5').map(heading => [heading.localName, heading.textContent])).toEqual([
    ['h3', 'Top'],
    ['h4', 'Deep'],
  ])
  expect(all(html, '.md ul li').map(item => item.textContent)).toEqual([`one ${evil}`, 'two three a*b*c goes on'])
  expect(all(html, '.md ol li').map(item => item.textContent)).toEqual(['first', 'second'])
  expect(all(html, '.md a').map(link => link.getAttribute('href'))).toEqual(['https://example.org/?a=1&b=2', 'http://x/y.png'])
  expect(all(html, '.md pre code')[0]?.textContent).toBe('<script>x</script> **not bold**')
})

test('sections stand beside one another, and are counted', async () => {
  const beside = [{ text: 'left' }, { title: 'Right', note: 'right' }]
  const html = await report({ title: 'r', sections: [{ title: 'Both', beside }], clock }).toHtml()
  expect(all(html, '.beside .n2 > section').map(part => part.textContent.trim())).toEqual(['left', 'RightNote: right'])
  expect(() => report({ title: 'r', sections: [{ beside: [{ text: 'x' }] }] })).toThrow('section 1 of a report has two to four sections')
})

test('a report is plain data too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-report-'))
  try {
    const page = report(full)
    await page.save(join(folder, 'r.json'))
    const json = JSON.parse(await readFile(join(folder, 'r.json'), 'utf8')) as {
      sections: { sections: { chart: { panels: object[] } }[] }[]
    }
    expect(json).toMatchObject({ format: 'tidemill-report', version: 1, made: '2026-11-21T14:02:30.000Z', facts: full.facts })
    expect(json.sections[3]?.sections[0]?.chart.panels).toHaveLength(1)
    await expect(page.save(join(folder, 'r.pdf'))).rejects.toThrow('r.pdf (have .html, .json)')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
