import { type Description, describeValue, isDescribed, showing } from '../display/index.ts'
import { knownOptions, TidemillError, whatIs } from '../errors/index.ts'
import { writeFileAtomic } from '../storage/index.ts'
import { systemClock } from '../time/index.ts'
import { fromItems } from './report-items.ts'
import { reportJson } from './report-json.ts'
import type { Report, ReportData, ReportItem, ReportOptions, Section } from './report-types.ts'
import { kindOf, kinds, valueText } from './sections.ts'

/**
 * A report: charts, tables, figures and text on one page that needs nothing else. It follows light and dark, prints, and reads on a telephone. It is meant for
 * aggregates: tables are cut to 200 rows; of the charts only a scatter draws single rows.
 *
 * A list of items is the short form: text is Markdown (a first line `# ...` is the title), charts, rows, and values that show themselves (a profile, a report of checks)
 * become sections.
 *
 * @example
 * const page = report(['# Houses', 'Prices by **income**.', await houses.plot({ x: 'medInc' }), await houses.describe().rows()])
 * await page.save('out/houses.html')
 * await report({ title: 'Houses', facts: [['rows', 20640]], sections: [{ text: 'all of them' }] }).save('out/facts.html')
 * @throws chart.argument for a section that holds nothing known
 */
export function report(
  items: readonly ReportItem[],
  options?: Omit<ReportOptions, 'sections' | 'title'> & { readonly title?: string },
): Report
export function report(options: ReportOptions): Report
export function report(
  given: ReportOptions | readonly ReportItem[],
  more: Omit<ReportOptions, 'sections' | 'title'> & { readonly title?: string } = {},
): Report {
  const options = Array.isArray(given) ? fromItems(given as readonly ReportItem[], more) : (given as ReportOptions)
  checkOptions(options)
  const { title, subtitle, facts = [], sections, clock = systemClock } = options
  for (const [index, section] of sections.entries()) check(section, `section ${index + 1}`)
  const data: ReportData = Object.freeze({
    title,
    subtitle,
    facts: Object.freeze([...facts]),
    sections: Object.freeze([...sections]),
    made: clock.now(),
  })
  const toHtml = async (): Promise<string> => {
    const { reportPage } = await import('./report-page.ts')
    return reportPage(data)
  }
  return Object.freeze({
    ...data,
    toHtml,
    toJson: () => reportJson(data),
    async save(path: string, { signal }: { readonly signal?: AbortSignal | undefined } = {}) {
      if (typeof path !== 'string' || path === '')
        throw new TidemillError('chart.argument', `save of a report wants a path, not ${whatIs(path)}`, { hint: "save('out/report.html')" })
      if (!/\.(html?|json)$/i.test(path))
        throw new TidemillError('chart.argument', `file of a report with an ending that is not known: ${path} (have .html, .json)`, {
          details: { path },
        })
      signal?.throwIfAborted()
      return writeFileAtomic(path, /\.json$/i.test(path) ? `${JSON.stringify(reportJson(data))}\n` : await toHtml(), { signal })
    },
    ...showing(() => describeReport(data)),
  })
}

const known = ['title', 'subtitle', 'facts', 'sections', 'clock'] as const satisfies readonly (keyof ReportOptions)[]

function checkOptions(options: unknown): void {
  const example = "report({ title: 'Houses', sections: [{ chart: await plot(houses, { x: 'medInc' }) }] })"
  const wants = (what: string, value: unknown): TidemillError =>
    new TidemillError('chart.argument', `${what}, not ${whatIs(value)}`, { hint: example })
  if (typeof options !== 'object' || options === null) throw wants('report wants an object', options)
  knownOptions('report', options, known, 'chart.argument')
  const { title, facts = [], sections } = options as Partial<Record<keyof ReportOptions, unknown>>
  if (typeof title !== 'string') throw wants('title of a report must be a text', title)
  if (!Array.isArray(sections)) throw wants('sections of a report must be a list', sections)
  if (!Array.isArray(facts) || !facts.every(fact => Array.isArray(fact) && fact.length === 2))
    throw wants('facts of a report must be a list of [name, value]', facts)
}

function check(section: Section, at: string, inGroup = false): void {
  const kind = typeof section === 'object' && section !== null ? kindOf(section) : undefined
  if (kind === undefined) throw new TidemillError('chart.argument', `${at} of a report holds nothing (have ${kinds.join(', ')})`)
  if (kind === 'sections' && inGroup) throw new TidemillError('chart.argument', `${at} of a report is a group in a group`)
  if ('sections' in section) for (const [index, inner] of section.sections.entries()) check(inner, `${at}.${index + 1}`, true)
  if ('beside' in section) {
    const { beside } = section
    if (!Array.isArray(beside) || beside.length < 2 || beside.length > 4)
      throw new TidemillError(
        'chart.argument',
        `${at} of a report has two to four sections beside one another, not ${Object(beside).length ?? whatIs(beside)}`,
      )
    for (const [index, inner] of beside.entries()) {
      check(inner, `${at}.${index + 1}`, true)
      if ('beside' in inner) throw new TidemillError('chart.argument', `${at}.${index + 1} of a report is beside in beside`)
    }
  }
  if ('markdown' in section && typeof section.markdown !== 'string')
    throw new TidemillError('chart.argument', `${at} of a report has Markdown that is no text: ${whatIs(section.markdown)}`)
  if ('value' in section && !isDescribed(section.value))
    throw new TidemillError('chart.argument', `${at} of a report holds a value that does not show itself: ${whatIs(section.value)}`, {
      hint: 'await it first; rows are { table: await data.rows() }',
    })
  if ('chart' in section && !('panels' in Object(section.chart)))
    throw new TidemillError('chart.argument', `${at} of a report holds no chart`, { hint: 'await it first: { chart: await plot(...) }' })
}

function describeReport({ title, subtitle, facts, sections }: ReportData): Description {
  const pairs = facts.map(([name, value]) => [name, valueText(value)] as const)
  return {
    kind: 'group',
    title,
    items: [
      ...(subtitle === undefined ? [] : [{ kind: 'text' as const, text: subtitle }]),
      ...(pairs.length === 0 ? [] : [{ kind: 'keyValues' as const, pairs }]),
      ...sections.map(describeSection),
    ],
  }
}

function describeSection(section: Section): Description {
  const titled = (items: readonly Description[]): Description => ({
    kind: 'group',
    ...(section.title === undefined ? {} : { title: section.title }),
    items,
  })
  if ('sections' in section) return titled(section.sections.map(describeSection))
  if ('chart' in section) return titled([describeValue(section.chart)])
  if ('table' in section) return titled([describeValue(section.table)])
  if ('values' in section)
    return titled([{ kind: 'keyValues', pairs: section.values.map(([name, value]) => [name, valueText(value)] as const) }])
  if ('figures' in section)
    return titled([{ kind: 'keyValues', pairs: section.figures.map(([name, value]) => [name, valueText(value)] as const) }])
  if ('value' in section) return titled([describeValue(section.value)])
  if ('beside' in section) return titled(section.beside.map(describeSection))
  if ('markdown' in section) return titled([{ kind: 'text', text: section.markdown }])
  const text =
    'text' in section ? [section.text].flat().join('\n\n') : 'note' in section ? `note: ${section.note}` : `warning: ${section.warning}`
  return titled([{ kind: 'text', text }])
}
