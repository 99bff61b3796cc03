/** A report as plain data. */
import { describeValue } from '../display/index.ts'
import type { ReportData, Section } from './report-types.ts'

/** What `toJson` gives: the sections as they were given, charts as their data, values as their descriptions. */
export function reportJson({ title, subtitle, facts, sections, made }: ReportData): object {
  return {
    format: 'tidemill-report',
    version: 1,
    title,
    ...(subtitle === undefined ? {} : { subtitle }),
    made: new Date(made).toISOString(),
    facts,
    sections: sections.map(sectionJson),
  }
}

function sectionJson(section: Section): object {
  const titled = section.title === undefined ? {} : { title: section.title }
  if ('sections' in section) return { ...titled, sections: section.sections.map(sectionJson) }
  if ('beside' in section) return { ...titled, beside: section.beside.map(sectionJson) }
  // Methods are left out by JSON; what shows itself may have a form of its own for JSON.
  if ('value' in section) return { ...titled, value: plainOf(section.value) }
  return section
}

function plainOf(value: object): unknown {
  return 'toJson' in value && typeof value.toJson === 'function' ? (value.toJson() as unknown) : describeValue(value)
}
