import { expect, test } from 'vitest'
import { breaches, roomOf } from './house/layers.ts'
import { sourceTree } from './house/tree.ts'

/** A house of a few files, so that a planted breach is the only one. */
function house(planted: Readonly<Record<string, string>>): readonly string[] {
  return breaches(
    new Map(
      Object.entries({
        'errors/index.ts': `export { problem } from './problem.ts'`,
        'errors/problem.ts': `export const problem = 1`,
        'schema/index.ts': `export type { Field } from './field.ts'`,
        'schema/field.ts': `import { problem } from '../errors/index.ts'\nexport interface Field { a: typeof problem }`,
        'plan/index.ts': `export const plan = 1`,
        'engines/embedded/index.ts': `export const embedded = 1`,
        'engines/spark/index.ts': `export const spark = 1`,
        ...planted,
      }),
    ),
  )
}

test('rooms import lower floors only, by their faces, without side effects, rings or clocks', () => {
  expect(breaches(sourceTree())).toEqual([])
})

test('every room of the tree was looked at', () => {
  const rooms = new Set([...sourceTree().keys()].map(roomOf))
  expect(rooms.size).toBeGreaterThan(20)
})

test('the small house has no breach before one is planted', () => {
  expect(house({})).toEqual([])
})

const planted: readonly (readonly [what: string, path: string, text: string, problem: RegExp])[] = [
  ['an import of a higher floor', 'schema/x.ts', `import { plan } from '../plan/index.ts'`, /schema \(floor 1\) imports plan \(floor 4\)/],
  ['a type import of a higher floor', 'schema/x.ts', `import type { plan } from '../plan/index.ts'`, /floor 1.*floor 4/],
  ['an inline type import', 'schema/x.ts', `export type P = import('../plan/index.ts').Plan`, /floor 1.*floor 4/],
  ['a re-export of a higher floor', 'schema/x.ts', `export * from '../plan/index.ts'`, /floor 1.*floor 4/],
  ['a lazy import of a higher floor', 'schema/x.ts', `export const p = () => import('../plan/index.ts')`, /floor 1.*floor 4/],
  ['a neighbour on the same floor', 'channels/index.ts', `export { problem } from '../errors/index.ts'`, /floor 0.*floor 0/],
  ['a neighbour on the shelf of engines', 'engines/spark/x.ts', `import { embedded } from '../embedded/index.ts'`, /floor 6.*floor 6/],
  ['an import past a face', 'schema/x.ts', `import { problem } from '../errors/problem.ts'`, /past the face of errors/],
  ['a side-effect import', 'schema/x.ts', `import './field.ts'`, /side effects: \.\/field\.ts/],
  ['a side-effect import of a package', 'schema/x.ts', `import 'acorn'`, /side effects: acorn/],
  ['the package by its own name', 'schema/x.ts', `import { problem } from 'tidemill/errors'`, /by its name/],
  ['a file that does not exist', 'schema/x.ts', `import { a } from './nowhere.ts'`, /no such file/],
  ['a URL into another room', 'schema/x.ts', `export const u = new URL('../errors/problem.ts', import.meta.url)`, /a file of another room/],
  [
    'a URL into another room in a choice',
    'schema/x.ts',
    `export const u = (t) => new URL(t ? './field.ts' : '../errors/problem.js', import.meta.url)`,
    /another room/,
  ],
  ['a room without a floor', 'cellar/index.ts', `export const a = 1`, /a room without a floor/],
  ['a file that imports itself', 'schema/x.ts', `export { x } from './x.ts'`, /ring of imports: schema\/x\.ts -> schema\/x\.ts/],
  ['Date.now', 'storage/x.ts', `export const t = Date.now()`, /Date\.now at line 1/],
  ['new Date without arguments', 'storage/x.ts', `export const t = new Date()`, /new Date\(\)/],
  ['Math.random', 'ml/x.ts', `export const t = Math.random()`, /Math\.random/],
  ['performance.now', 'quality/x.ts', `export const t = performance.now()`, /performance\.now/],
  ['a timer', 'workers/x.ts', `setTimeout(() => 1, 5)`, /setTimeout/],
  ['a global timer', 'workers/x.ts', `globalThis.setTimeout(() => 1, 5)`, /setTimeout/],
  ['timers of a module', 'workers/x.ts', `import { setTimeout as later } from 'node:timers/promises'\nlater`, /node:timers\/promises/],
  ['Node in a model kind', 'ml/kinds/x.ts', `import { hash } from 'node:crypto'\nhash`, /without Node/],
]
test.each(planted)('%s is caught', (_, path, text, problem) => {
  const found = house({ [path]: text })
  expect(found.join('\n')).toMatch(problem)
  expect(found.every(line => line.includes(path))).toBe(true)
})

test('a ring of three files is printed once, whole', () => {
  const found = house({
    'schema/a.ts': `import { b } from './b.ts'\nexport const a = () => b`,
    'schema/b.ts': `import { c } from './c.ts'\nexport const b = () => c`,
    'schema/c.ts': `import { a } from './a.ts'\nexport const c = () => a`,
  })
  expect(found).toEqual(['a ring of imports: schema/a.ts -> schema/b.ts -> schema/c.ts -> schema/a.ts'])
})

const allowed: readonly (readonly [what: string, path: string, text: string])[] = [
  ['a lower room by its face', 'plan/x.ts', `import { type Field } from '../schema/index.ts'\nexport type F = Field`],
  ['a file of the same room', 'schema/x.ts', `import type { Field } from './field.ts'\nexport type F = Field`],
  ['a worker found by its URL', 'schema/x.ts', `export const u = new URL('./field.ts', import.meta.url)`],
  ['data of the package found by its URL', 'datasets/x.ts', `export const u = new URL('../../datasets/iris.csv', import.meta.url)`],
  ['a test that looks upward', 'errors/x.test.ts', `import { plan } from '../plan/nodes.ts'\nplan`],
  [
    'an import in a comment or a text',
    'schema/x.ts',
    `// import '../plan/index.ts'\nexport const a = "import '../plan/index.ts'; Date.now()"`,
  ],
  ['a date that is given', 'storage/x.ts', `export const t = (ms: number) => new Date(ms)`],
  ['types that point at each other', 'schema/a.ts', `import type { B } from './b.ts'\nexport interface A { b: B }`],
  ['the clock in the room time', 'time/clock.ts', `export const now = () => Date.now()`],
]
test.each(allowed)('%s is allowed', (_, path, text) => {
  expect(
    house({
      'schema/b.ts': `import type { A } from './a.ts'\nexport interface B { a: A }`,
      'schema/a.ts': `export interface A { a: 1 }`,
      [path]: text,
    }),
  ).toEqual([])
})
