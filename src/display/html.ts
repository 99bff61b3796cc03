import type { Description, KeyValuesDescription, TableDescription, TreeNode } from './description.ts'
import { escapeHtml } from './escape-html.ts'
import { formatNumber } from './format.ts'
import { figureHtml } from './html-figure.ts'
import { progressLine } from './terminal.ts'
import { visibleLines } from './visible.ts'

const right = ' style="text-align:right"'

/**
 * A description as an HTML fragment: semantic tables, figures as inline SVG, no scripts, everything from data escaped.
 *
 * @example
 * renderHtml(describeValue([{ city: '<b>' }])) // contains &lt;b&gt;
 */
export function renderHtml(description: Description): string {
  switch (description.kind) {
    case 'table':
      return table(description)
    case 'text':
      return `<pre>${visibleLines(description.text).map(escapeHtml).join('\n')}</pre>`
    case 'keyValues':
      return keyValues(description)
    case 'figure':
      return figureHtml(description)
    case 'tree':
      return `<ul>${treeItem(description.root)}</ul>`
    case 'progress': {
      const value = description.fraction === undefined ? '' : ` value="${formatNumber(Math.min(1, Math.max(0, description.fraction)))}"`
      const text = escapeHtml(progressLine({ ...description, fraction: undefined }, 200))
      return description.done === true ? `<p>${text}</p>` : `<label>${text} <progress${value}></progress></label>`
    }
    case 'group': {
      const title = description.title === undefined ? '' : `<h2>${escapeHtml(description.title)}</h2>`
      return `<section>${title}${description.items.map(renderHtml).join('')}</section>`
    }
  }
}

/** A whole HTML page around a description, readable by itself: no script, no link to anywhere. */
export function renderPage(title: string, description: Description): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
caption { text-align: left; font-weight: 600; padding: .3rem 0 }
th, td { padding: .2rem .7rem; border-bottom: 1px solid #8884; vertical-align: top }
th { text-align: left }
figure { margin: 1rem 0 }
figcaption { font-weight: 600 }
pre { overflow-x: auto }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${renderHtml(description)}
</body>
</html>
`
}

function table({ title, columns, rows, total, shown, note }: TableDescription): string {
  const withTypes = columns.some(column => column.type !== '')
  const head = columns
    .map(({ name, type, align }) => {
      const below = withTypes && type !== '' ? `<br><small>${escapeHtml(type)}</small>` : ''
      return `<th scope="col"${align === 'right' ? right : ''}>${escapeHtml(name)}${below}</th>`
    })
    .join('')
  const body = rows.map(row => `<tr>${columns.map((column, index) => cell(row[index], column.align)).join('')}</tr>`).join('\n')
  const caption = title === undefined ? '' : `<caption>${escapeHtml(title)}</caption>`
  const facts = [
    total !== undefined && total !== shown
      ? `${formatNumber(shown)} of ${formatNumber(total)} rows`
      : `${formatNumber(shown)} ${shown === 1 ? 'row' : 'rows'}`,
    ...(note === undefined ? [] : [escapeHtml(note)]),
  ]
  return `<div style="overflow-x:auto"><table>${caption}<thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table><p><small>${facts.join(' · ')}</small></p></div>`
}

function cell(value: string | null | undefined, align: 'left' | 'right'): string {
  const text = value === null || value === undefined ? '<em style="opacity:.6">NULL</em>' : escapeHtml(value)
  return `<td${align === 'right' ? right : ''}>${text}</td>`
}

function keyValues({ title, pairs }: KeyValuesDescription): string {
  const caption = title === undefined ? '' : `<caption>${escapeHtml(title)}</caption>`
  const rows = pairs.map(([key, value]) => `<tr><th scope="row">${escapeHtml(key)}</th>${lines(value)}</tr>`).join('\n')
  return `<table>${caption}<tbody>\n${rows}\n</tbody></table>`
}

function lines(value: string | null): string {
  return value?.includes('\n') === true ? `<td><pre>${visibleLines(value).map(escapeHtml).join('\n')}</pre></td>` : cell(value, 'left')
}

function treeItem(node: TreeNode): string {
  const children = node.children ?? []
  const label = visibleLines(node.label).map(escapeHtml).join('<br>')
  return `<li>${label}${children.length === 0 ? '' : `<ul>${children.map(treeItem).join('')}</ul>`}</li>`
}
