import type { Capabilities } from '../../src/plan/index.ts'
import { able as cellOf } from './functions-page.ts'
import { type Page, page, table } from './page.ts'

/** What runs where, from what the engines declare. */
export function supportPage(engines: Readonly<Record<string, Capabilities>>): Page {
  const names = Object.keys(engines)
  const all = (of: (all: Capabilities) => object): readonly string[] => [...new Set(names.flatMap(name => Object.keys(of(declared(name)))))]
  const declared = (name: string): Capabilities => {
    const found = engines[name]
    if (found === undefined) throw new Error(`no engine ${name}`)
    return found
  }
  const matrix = (head: string, of: (all: Capabilities) => Readonly<Record<string, Parameters<typeof cellOf>[0]>>): string =>
    table(
      [head, ...names],
      all(of).map(one => [`\`${one}\``, ...names.map(name => cellOf(of(declared(name))[one]))]),
    )
  const sinks = table(
    ['sink', ...names],
    all(of => of.sinks).map(sink => [
      `\`${sink}\``,
      ...names.map(name => {
        const how = declared(name).sinks[sink]
        return how === undefined || 'missing' in how ? cellOf(how) : `${cellOf(how.by)}, ${how.guarantee}`
      }),
    ]),
  )
  const about =
    'Printed from what the engines declare; a test fails when a declared gap no longer holds. `yes`: by the engine itself. `beside`: on our workers, in the middle of the plan. `opened`: read by our driver and handed to the engine. Functions have [a page of their own](functions.md).'
  return page(
    'what-runs-where.md',
    'What runs where',
    'the declarations of the engines',
    about,
    `## Steps of a plan\n${matrix('step', of => of.nodes)}`,
    `## Sources\n${matrix('source', of => of.sources)}`,
    `## Sinks\n${sinks}`,
  )
}
