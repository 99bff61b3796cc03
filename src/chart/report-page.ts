/** A report as a page. */
import { describeValue, escapeHtml, formatCell, renderHtml } from '../display/index.ts'
import { pagePolicy } from './chart-page.ts'
import { inkStyle } from './draw/paint.ts'
import { chartFigure } from './figure-html.ts'
import { figureStyle } from './figure-style.ts'
import { figure, figures, instant } from './figures.ts'
import { markdownHtml } from './markdown.ts'
import { kindOf, valueText } from './sections.ts'
import { reportStyle } from './report-style.ts'
import type { ReportData, Section, TableSection } from './report-types.ts'

const mostRows = 200

const mark =
  '<svg viewBox="0 0 18 18" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true"><circle cx="9" cy="7.5" r="5.2"/><path d="M9 2.3v10.4M3.8 7.5h10.4M5.3 3.8l7.4 7.4M12.7 3.8l-7.4 7.4M1 15.8c1.6-1.3 3.2-1.3 4.8 0s3.2 1.3 4.8 0 3.2-1.3 4.8 0l1.6.7" stroke-linecap="round"/></svg>'

/** The page, from the plain data. */
export async function reportPage(report: ReportData): Promise<string> {
  const { title, subtitle, facts, sections } = report
  const text = escapeHtml(title)
  const body = await sectionsHtml(sections, 's', 2)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${pagePolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="generator" content="Tidemill"><title>${text}</title><link rel="icon" href="data:,">
<style>
${inkStyle(':root')}
${reportStyle}
${figureStyle}
</style></head><body><main class="rp">
<p class="brandline">${mark}<span>${escapeHtml(brandline(report))}</span></p>
<div class="head"><h1>${text}</h1>${subtitle === undefined ? '' : `<p>${escapeHtml(subtitle)}</p>`}</div>
${tiles(facts)}
${contents(sections)}
${body}
</main></body></html>
`
}

function tiles(figures: ReportData['facts']): string {
  const parts = figures.map(
    ([name, value]) => `<div class="tile"><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(valueText(value))}</dd></div>`,
  )
  return parts.length === 0 ? '' : `<dl class="tiles">${parts.join('')}</dl>`
}

function brandline({ made, sections }: ReportData): string {
  const all = sections
    .flatMap(section => ('sections' in section ? section.sections : [section]))
    .flatMap(section => ('beside' in section ? section.beside : [section]))
  const points = all.some(section => 'chart' in section && section.chart.panels.some(panel => panel.shape === 'scatter'))
  const holds = points
    ? 'dots of scatter charts stand for single rows; the other charts hold aggregates only'
    : 'charts hold aggregates only'
  return `Tidemill report · made ${instant(Math.floor(made / 60_000) * 60_000)} UTC · ${holds}`
}

function contents(sections: readonly Section[]): string {
  const links = sections.flatMap((section, index) => {
    const title = titleOf(section)
    return title === undefined ? [] : [`<a href="#s${index + 1}">${escapeHtml(title)}</a>`]
  })
  return links.length < 3 ? '' : `<nav class="toc" aria-label="Sections">${links.join('')}</nav>`
}

function titleOf(section: Section): string | undefined {
  return section.title ?? ('chart' in section ? section.chart.title : undefined)
}

/** Charts and values stand in pairs; what is alone takes the whole width. */
async function sectionsHtml(sections: readonly Section[], at: string, level: number): Promise<string> {
  const parts: string[] = []
  let run: string[] = []
  const flush = (): void => {
    if (run.length > 0) parts.push(`<div class="grid">${run.join('\n')}</div>`)
    run = []
  }
  for (const [index, section] of sections.entries()) {
    const html = await sectionHtml(section, `${at}${index + 1}`, level)
    const half = 'values' in section || ('chart' in section && section.wide !== true && section.chart.facet === undefined)
    if (!half) flush()
    if (half) run.push(html)
    else parts.push(html)
  }
  flush()
  return parts.join('\n')
}

async function sectionHtml(section: Section, id: string, level: number): Promise<string> {
  const title = titleOf(section)
  const heading = title === undefined ? '' : `<h${level} id="${id}-title">${escapeHtml(title)}</h${level}>`
  // Only groups are landmarks: a page of twenty helps nobody to find a way.
  if ('sections' in section)
    return `<section class="group" id="${id}" aria-labelledby="${id}-title">${heading}${await sectionsHtml(section.sections, `${id}-`, level + 1)}</section>`
  if ('beside' in section) {
    const parts = await Promise.all(
      section.beside.map((part, index) => sectionHtml(part, `${id}-${index + 1}`, heading === '' ? level : level + 1)),
    )
    return `<div class="beside" id="${id}">${heading}<div class="grid n${section.beside.length}">${parts.join('\n')}</div></div>`
  }
  if ('figures' in section) return `<div class="figures" id="${id}">${heading}${tiles(section.figures)}</div>`
  if ('note' in section || 'warning' in section) return notice(section, id, heading)
  const head = heading === '' ? '' : `<header>${heading}</header>`
  return `<section class="card ${kindOf(section) ?? ''}" id="${id}">${head}${await contentHtml(section, title, heading === '' ? level : level + 1)}</section>`
}

function notice(section: Extract<Section, { note: string } | { warning: string }>, id: string, heading: string): string {
  const [word, text] = 'note' in section ? ['Note', section.note] : ['Warning', section.warning]
  return `<section class="note${word === 'Warning' ? ' warn' : ''}" id="${id}"><span class="st" aria-hidden="true"></span><div>${heading}<p><b>${word}:</b> ${escapeHtml(text)}</p></div></section>`
}

async function contentHtml(section: Section, title: string | undefined, level: number): Promise<string> {
  if ('chart' in section) return `<div class="pad">${await chartFigure(section.chart, { titled: false })}</div>`
  if ('table' in section) return tableHtml(section, title)
  if ('markdown' in section) return `<div class="pad text md">${markdownHtml(section.markdown, level)}</div>`
  if ('value' in section)
    return `<div class="pad value" role="group" tabindex="0" aria-label="${escapeHtml(title ?? 'value')}">${await valueHtml(section.value)}</div>`
  if ('values' in section) {
    const pairs = section.values.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(valueText(value))}</dd>`)
    return `<div class="pad"><dl class="kvs">${pairs.join('')}</dl></div>`
  }
  const paragraphs = 'text' in section ? [section.text].flat() : []
  return `<div class="pad text">${paragraphs.map(text => `<p>${escapeHtml(text)}</p>`).join('')}</div>`
}

/** A value that has a piece of a page of its own gives it; others are shown by their descriptions. */
async function valueHtml(value: object): Promise<string> {
  if ('toFragment' in value && typeof value.toFragment === 'function') return String(await value.toFragment())
  return renderHtml(describeValue(value))
}

function tableHtml({ table, columns }: TableSection, title: string | undefined): string {
  const shown = table.slice(0, mostRows) as readonly Readonly<Record<string, unknown>>[]
  const names = columns ?? [...new Set(shown.flatMap(row => Object.keys(row)))]
  const cells = names.map(name => columnCells(shown.map(row => (Object.hasOwn(row, name) ? row[name] : null))))
  const side = (index: number): string => (cells[index]?.numeric === true ? ' class="n"' : '')
  const head = names.map((name, index) => `<th scope="col"${side(index)}>${escapeHtml(name)}</th>`).join('')
  const body = shown.map((_, row) => {
    const line = cells.map(({ texts }, index) => {
      const text = texts[row]
      const inner = text === null || text === undefined ? '<span class="null">none</span>' : escapeHtml(text)
      return index === 0 ? `<th scope="row"${side(index)}>${inner}</th>` : `<td${side(index)}>${inner}</td>`
    })
    return `<tr>${line.join('')}</tr>`
  })
  const more =
    table.length > shown.length
      ? `<p class="more">the first ${figure(shown.length)} of ${figure(table.length)} rows; a report holds no more</p>`
      : ''
  if (names.length === 0) return '<div class="pad text"><p>no rows</p></div>'
  return `<div class="scroll" role="group" tabindex="0" aria-label="${escapeHtml(title ?? 'table')}"><table class="t"><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>${more}`
}

/** Numbers of a column have the same number of digits after the point. */
function columnCells(values: readonly unknown[]): { readonly numeric: boolean; readonly texts: readonly (string | null)[] } {
  const known = values.filter(value => value !== null && value !== undefined)
  const numeric = known.length > 0 && known.every(value => typeof value === 'number')
  if (numeric) return { numeric, texts: figures(values.map(value => (typeof value === 'number' ? value : null))) }
  return { numeric, texts: values.map(formatCell) }
}
