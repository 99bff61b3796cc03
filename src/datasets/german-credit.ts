import type { Source } from '../plan/index.ts'
import type { Row } from '../schema/index.ts'
import { dataFile } from './data-file.ts'

const schema = {
  checkingStatus: 'string',
  durationMonths: 'int64',
  creditHistory: 'string',
  purpose: 'string',
  /** Deutsche Mark. */
  creditAmount: 'int64',
  savings: 'string',
  employmentSince: 'string',
  /** Percent of the disposable income. */
  installmentRate: 'int64',
  personalStatusSex: 'string',
  otherDebtors: 'string',
  residenceSince: 'int64',
  property: 'string',
  age: 'int64',
  otherInstallmentPlans: 'string',
  housing: 'string',
  existingCredits: 'int64',
  job: 'string',
  peopleLiable: 'int64',
  telephone: 'string',
  foreignWorker: 'string',
  /** The target: 1 good, 2 bad. */
  class: 'int64',
} as const

/** A credit and its applicant; codes such as `A34` are explained in `datasets/german_credit.names.txt`. */
export interface Credit extends Row<typeof schema> {}

/**
 * German credit (Statlog): 1000 credits, 7 numbers and 13 coded categories, target `class` (1 good: 700 rows, 2 bad: 300).
 *
 * @example
 * const credits = await tm.read(germanCredit())
 */
export function germanCredit(): Source<Credit> {
  return dataFile('german_credit.csv', schema)
}
