/** The short form of a report: a list of what it holds. */
import { isDescribed } from '../display/index.ts'
import { TidemillError, whatIs } from '../errors/index.ts'
import type { ReportItem, ReportOptions, Section } from './report-types.ts'
import { kindOf } from './sections.ts'

/** Sections from items; a first line `# ...` of the first text is the title. */
export function fromItems(
  items: readonly ReportItem[],
  options: Omit<ReportOptions, 'sections' | 'title'> & { readonly title?: string },
): ReportOptions {
  const [first, ...rest] = items
  const heading = typeof first === 'string' ? /^#\s+([^\n]+)\n*/.exec(first) : null
  if (options.title !== undefined || heading === null || typeof first !== 'string')
    return { ...options, title: options.title ?? 'Report', sections: items.map(sectionOf) }
  const text = first.slice(heading[0].length)
  return { ...options, title: heading[1] ?? 'Report', sections: [...(text.trim() === '' ? [] : [text]), ...rest].map(sectionOf) }
}

function sectionOf(item: ReportItem, index: number): Section {
  if (typeof item === 'string') return { markdown: item }
  if (typeof item !== 'object' || item === null) throw unknown(item, index)
  if (Array.isArray(item)) return { table: item as readonly object[] }
  if ('panels' in item) return { chart: item }
  if ('engine' in item && 'plan' in item)
    throw new TidemillError('chart.argument', `item ${index + 1} of a report is a table that has not run`, {
      hint: 'await its rows: report([await data.limit(20).rows()]), or draw it: await data.plot(...)',
    })
  if (isDescribed(item)) return { value: item }
  if (kindOf(item as Section) === undefined) throw unknown(item, index)
  return item as Section
}

function unknown(item: unknown, index: number): TidemillError {
  return new TidemillError('chart.argument', `item ${index + 1} of a report is nothing a report can hold: ${whatIs(item)}`, {
    hint: 'items are Markdown text, charts, rows, values that show themselves, and sections',
  })
}
