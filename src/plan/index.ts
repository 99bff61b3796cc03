/** Floor 3: logical nodes, verbs, rules, explain, fingerprint; the seams. */
export type * from './nodes.ts'
export type * from './seams.ts'
