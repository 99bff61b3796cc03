/** The verbs of tables by task, each with an example that the pages of docs/verbs show and the tests run. */
import { columnVerbs } from './columns.ts'
import { groupVerbs } from './groups.ts'
import { rowVerbs } from './rows.ts'
import { shapeVerbs } from './shapes.ts'
import { twoTableVerbs } from './two-tables.ts'
import type { VerbGroup } from './types.ts'
import { valueVerbs } from './values.ts'

export const verbGroups: readonly VerbGroup[] = [columnVerbs, rowVerbs, valueVerbs, groupVerbs, twoTableVerbs, shapeVerbs]
