/** The package's exports are the rooms' faces, and what they hand out is documented. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Exported, exportedBy } from './house/faces.ts'
import { root, sourceTree } from './house/tree.ts'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly 'tidemill-source': string; readonly default: string }>>
  readonly bin: Readonly<Record<string, string>>
  readonly files: readonly string[]
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly version: string
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
const entries = Object.entries(manifest.exports).filter(([name]) => name !== './package.json')

/** Rooms that users import by name; plan, batch and storage are the seams for those who write an engine, a connector or a store. */
const publicRooms = [
  '.',
  './batch',
  './chart',
  './connectors',
  './datasets',
  './display',
  './engines/embedded',
  './errors',
  './ml',
  './models',
  './plan',
  './quality',
  './security',
  './server',
  './storage',
  './stream',
  './testing',
]

test('the exports are the faces of the public rooms', () => {
  expect(entries.map(([name]) => name).sort()).toEqual(publicRooms)
})

test.each(entries)('%s points at the face of its room, in src and in dist', (name, target) => {
  const room = name === '.' ? 'index' : `${name.slice(2)}/index`
  expect(target).toEqual({ 'tidemill-source': `./src/${room}.ts`, default: `./dist/${room}.js` })
  expect(existsSync(join(root, `src/${room}.ts`))).toBe(true)
})

test('the source condition comes first, or it would never be seen', () => {
  for (const [, target] of entries) expect(Object.keys(target)).toEqual(['tidemill-source', 'default'])
})

test('the command points at the command line room', () => {
  expect(manifest.bin).toEqual({ tidemill: 'dist/cli/main.js' })
  expect(existsSync(join(root, 'src/cli/main.ts'))).toBe(true)
})

test('versions are exact, and the one in the code is that of the package', () => {
  for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
    expect(`${name} ${range}`).toMatch(/ \d+\.\d+\.\d+(-[\w.]+)?$/)
  expect(readFileSync(join(root, 'src/cli/version.ts'), 'utf8')).toContain(`'${manifest.version}'`)
})

test('a face exports a name once, and no default', () => {
  const files = sourceTree()
  for (const [name] of entries) {
    const names = faceOf(name, files).map(one => one.name)
    expect(names.length, name).toBeGreaterThan(0)
    expect(names, name).toEqual([...new Set(names)])
    expect(names).not.toContain('default')
  }
})

test('every function and class that users can import has a docstring', () => {
  const files = sourceTree()
  const bare = entries.flatMap(([name]) => faceOf(name, files)).filter(one => one.kind !== 'type' && !one.documented)
  const lines = bare.filter(one => one.kind !== 'const').map(one => `src/${one.file}:${one.line} ${one.name}`)
  expect([...new Set(lines)]).toEqual([])
})

test('a missing docstring, also behind re-exports, is seen', () => {
  const files = new Map([
    ['a/index.ts', `export { f, g as h } from './b.ts'\nexport * from './c.ts'`],
    ['a/b.ts', `/** Says. */\nexport function f() {}\n// no docstring\nexport const g = () => 1`],
    ['a/c.ts', `/** Says. */\nconst x = 1\nexport class C {}\nfunction late() {}\nexport { late }`],
  ])
  expect(exportedBy('a/index.ts', files).map(({ name, kind, documented }) => `${name} ${kind} ${documented}`)).toEqual([
    'f function true',
    'h function false',
    'C class false',
    'late function false',
  ])
})

function faceOf(name: string, files: ReadonlyMap<string, string>): readonly Exported[] {
  // Names a face passes on from another room were declared there; they count all the same.
  return exportedBy(name === '.' ? 'index.ts' : `${name.slice(2)}/index.ts`, files)
}
