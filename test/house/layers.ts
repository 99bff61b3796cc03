/** The rules of the house over source text: who may import whom. Read by `test/layers.test.ts`, which also plants breaches. */
import { posix } from 'node:path'
import { type Facts, factsOf, type Reference } from './references.ts'

/** Rooms by floor; a room imports rooms of lower floors only. */
export const floors: readonly (readonly string[])[] = [
  ['errors', 'channels', 'time'],
  ['schema'],
  ['expr', 'batch', 'storage'],
  // One step above `batch`, which they carry and show.
  ['workers', 'display', 'semantics', 'telemetry'],
  ['plan', 'kernels', 'layout'],
  ['sql', 'chart'],
  ['dataset', 'mapreduce', 'stream', 'ml', 'connectors', 'engines/*', 'datasets'],
  ['quality', 'models', 'security', 'advice', 'runs'],
  ['server', 'testing'],
  ['session'],
  ['index.ts'],
  ['cli'],
]

/** What a test file may do beyond its room: everything, so it is left out. */
const testFile = /\.test(-d)?\.ts$|(^|\/)(fixtures|golden)\//

/**
 * All breaches of the rules in the given files.
 *
 * @param files text by path below `src`, with `/`
 */
export function breaches(files: ReadonlyMap<string, string>): readonly string[] {
  const found: string[] = []
  const facts = new Map<string, Facts>()
  for (const [path, text] of files) if (!testFile.test(path)) facts.set(path, factsOf(path, text))
  for (const [path, { references, clocks }] of facts) {
    if (floorOf(roomOf(path)) === undefined) found.push(`${path}: a room without a floor`)
    for (const reference of references) found.push(...wrong(path, reference, files).map(problem => `${path}:${reference.line}: ${problem}`))
    if (roomOf(path) !== 'time') found.push(...clocks.map(use => `${path}: ${use}: only the room time reads clocks`))
  }
  return [...found, ...rings(facts)]
}

/** The room of a path below `src`: `plan`, `engines/embedded`, or the file itself at the top. */
export function roomOf(path: string): string {
  const [first = '', second] = path.split('/')
  return first === 'engines' && second !== undefined && !second.endsWith('.ts') ? `engines/${second}` : first
}

function floorOf(room: string): number | undefined {
  const floor = floors.findIndex(rooms => rooms.includes(room) || rooms.includes(room.replace(/\/.*/, '/*')))
  return floor === -1 ? undefined : floor
}

function wrong(path: string, { kind, target, bare }: Reference, files: ReadonlyMap<string, string>): readonly string[] {
  if (bare) return [`import for its side effects: ${target}`]
  if (target === 'tidemill' || target.startsWith('tidemill/')) return [`the package by its name: ${target}`]
  if (path.startsWith('ml/kinds/') && target.startsWith('node:')) return [`a model kind runs without Node: ${target}`]
  if (!target.startsWith('.')) return []
  const room = roomOf(path)
  const to = posix.normalize(posix.join(posix.dirname(path), target))
  const toRoom = roomOf(to)
  if (kind === 'url')
    return toRoom === room || to.startsWith('..') || to === './' || to === '.' ? [] : [`a file of another room: ${target}`]
  const problems: string[] = []
  if (!files.has(to)) problems.push(`no such file: ${target}`)
  if (toRoom === room) return problems
  const [mine, theirs] = [floorOf(room), floorOf(toRoom)]
  if (mine !== undefined && theirs !== undefined && theirs >= mine)
    problems.push(`${room} (floor ${mine}) imports ${toRoom} (floor ${theirs}): ${target}`)
  if (to !== toRoom && to !== `${toRoom}/index.ts`) problems.push(`past the face of ${toRoom}: ${target}`)
  return problems
}

/** Rings of imports that exist when the program runs; types are erased and may point at each other inside a room. */
function rings(facts: ReadonlyMap<string, Facts>): readonly string[] {
  const edges = new Map<string, readonly string[]>()
  for (const [path, { references }] of facts)
    edges.set(
      path,
      references
        .filter(r => r.kind === 'import' && r.target.startsWith('.'))
        .map(r => posix.normalize(posix.join(posix.dirname(path), r.target))),
    )
  const found: string[] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at !== -1) found.push(`a ring of imports: ${[...trail.slice(at), path].join(' -> ')}`)
    if (at !== -1 || done.has(path)) return
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return found
}
