/** What is the same in pandas, Polars, SQL and here: the rows of docs/coming-from.md. */
import { columns } from './columns.ts'
import { filters } from './filters.ts'
import { groups } from './groups.ts'
import { joins } from './joins.ts'
import { missing } from './missing.ts'
import { shapes } from './shapes.ts'
import { texts } from './texts.ts'
import { times } from './times.ts'
import type { Section } from './types.ts'
import { values } from './values.ts'
import { windows } from './windows.ts'

export const sections: readonly Section[] = [columns, filters, missing, values, texts, times, groups, windows, joins, shapes]
