/** Floor 3: what every value means on every engine, as a table of data, and the cases that prove it; runner-free. */
export { semantics, type SemanticRule } from './semantics.ts'
export { conformanceCases } from './conformance-cases.ts'
export type { CaseRow, ConformanceCase } from './case.ts'
export { canonical } from './canonical.ts'
export { compareCase, readCase, type ReadCase } from './read-case.ts'
