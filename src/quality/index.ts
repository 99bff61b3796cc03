/** Floor 6: expectations and profiles; they compile to plans. */
export { column, each, fresh, rowCount, type Check, type ColumnChecks } from './check.ts'
export { expectThat, type ExpectOptions } from './expect-that.ts'
export type { CheckResult, Report } from './report.ts'
export { profile, type Profile } from './profile.ts'
export type { ColumnProfile, Histogram } from './profile-columns.ts'
