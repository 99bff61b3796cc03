import { formatCell } from '../display/index.ts'
import { figure } from './figures.ts'
import type { ReportValue, Section } from './report-types.ts'

export const kinds = ['text', 'markdown', 'table', 'chart', 'figures', 'values', 'value', 'note', 'warning', 'beside', 'sections'] as const
export type SectionKind = (typeof kinds)[number]

/** What a section holds. */
export function kindOf(section: Section): SectionKind | undefined {
  return kinds.find(kind => kind in section)
}

/** A value as text. */
export function valueText(value: ReportValue): string {
  return typeof value === 'number' ? figure(value) : (formatCell(value) ?? 'none')
}
