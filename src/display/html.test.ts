import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Description, describeValue, type FigureDescription, jupyterBundle, renderHtml, renderJson, renderPage } from './index.ts'

const histogram: FigureDescription = {
  kind: 'figure',
  title: 'price <of> homes',
  xLabel: 'price',
  yLabel: 'homes',
  marks: [
    { mark: 'bars', x: ['0', '10'], y: [3, 5], edges: [0, 10, 20] },
    { mark: 'rule', x: 11, label: 'mean' },
  ],
}

test('a table is semantic HTML with everything escaped', () => {
  const html = renderHtml(describeValue([{ '<b>name</b>': '<script>alert("1")</script>', n: 5, none: null }]))
  expect(html).toContain('<th scope="col">&lt;b&gt;name&lt;/b&gt;</th>')
  expect(html).toContain('<td>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</td>')
  expect(html).toContain('<td style="text-align:right">5</td>')
  expect(html).toContain('>NULL</em>')
  expect(html).not.toContain('<script')
})

test('a figure is an SVG hidden from screen readers inside a named image', () => {
  const html = renderHtml(histogram)
  expect(html).toContain('<figcaption>price &lt;of&gt; homes</figcaption>')
  expect(html).toContain(
    'role="img" style="max-width:640px" aria-label="price &lt;of&gt; homes; 2 bars from 3 to 5; upright line at mean 11"',
  )
  expect(html).toContain('<svg aria-hidden="true"')
  expect(html.match(/<rect /g)).toHaveLength(2)
  expect(html).toContain('stroke-dasharray')
})

test('bars with names, lines and points are drawn inside the frame', () => {
  const html = renderHtml({
    kind: 'figure',
    title: 't',
    marks: [
      { mark: 'bars', x: ['a', 'b', 'c'], y: [-2, 4, Number.NaN] },
      { mark: 'rule', y: 1, label: 'limit' },
    ],
  })
  expect(html.match(/<rect /g)).toHaveLength(2)
  const line = renderHtml({
    kind: 'figure',
    title: 't',
    marks: [
      { mark: 'line', x: [1, 2, 3, 4], y: [1, Number.NaN, 3, 4] },
      { mark: 'points', x: [1], y: [2] },
    ],
  })
  expect(line.match(/<polyline /g)).toHaveLength(2)
  expect(line.match(/<circle /g)).toHaveLength(1)
  for (const [, number] of [...html.matchAll(/ (?:x|y|x1|x2|y1|y2|width|height)="([^"]*)"/g), ...line.matchAll(/ c?[xy][12]?="([^"]*)"/g)])
    expect(Number(number)).toBeGreaterThanOrEqual(0)
})

test('no text out of data becomes markup, in any description', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'a', '=', ' ', '\u0000', '\n', '-') }), text => {
      const marker = `<x ${text}>`
      const all: Description = {
        kind: 'group',
        title: marker,
        items: [
          {
            kind: 'table',
            title: marker,
            columns: [{ name: marker, type: marker, align: 'left' }],
            rows: [[marker]],
            shown: 1,
            note: marker,
          },
          { kind: 'keyValues', title: marker, pairs: [[marker, marker]] },
          { kind: 'text', text: marker },
          { kind: 'tree', root: { label: marker, children: [{ label: marker }] } },
          { kind: 'progress', label: marker },
          {
            kind: 'figure',
            title: marker,
            xLabel: marker,
            yLabel: marker,
            marks: [
              { mark: 'bars', x: [marker], y: [1] },
              { mark: 'rule', y: 1, label: marker },
            ],
          },
        ],
      }
      expect(renderPage(marker, all)).not.toContain('<x')
    }),
    { seed: 3, numRuns: 200 },
  )
})

test('JSON keeps NaN as text, and a notebook gets all three forms', () => {
  expect(renderJson({ kind: 'figure', title: 't', marks: [{ mark: 'rule', y: Number.NaN }] })).toBe(
    '{"kind":"figure","title":"t","marks":[{"mark":"rule","y":"NaN"}]}',
  )
  const bundle = jupyterBundle(describeValue([{ a: 1 }]))
  expect(Object.keys(bundle)).toEqual(['text/plain', 'text/html', 'application/json'])
  expect(bundle['text/plain']).toContain('│ a │')
  expect(bundle['text/html']).toContain('<td style="text-align:right">1</td>')
  expect(bundle['application/json']).toMatchObject({ kind: 'table', rows: [['1']] })
})

test('a page stands by itself: no script and no link', () => {
  const page = renderPage('profile', histogram)
  expect(page).toMatch(/^<!doctype html>/)
  expect(page).not.toMatch(/<script|<link|<img|href=/)
  expect(page.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg'])
})
