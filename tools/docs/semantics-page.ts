import { conformanceCases, semantics } from '../../src/semantics/index.ts'
import { type Page, page, table } from './page.ts'

/** What values mean on every engine, and the cases that show it. */
export function semanticsPage(): Page {
  const about = `What a value means, whichever engine computes it. Each rule is shown by cases that every engine and the kernels run (${conformanceCases.length} in all), so it cannot drift.`
  const rules = table(
    ['rule', 'promise', 'who differs by itself', 'cure'],
    semantics.map(({ id, promise, differs, cure }) => [`\`${id}\``, promise, differs, cure]),
  )
  const cases = table(
    ['rule', 'cases'],
    semantics.map(({ id, cases: names, elsewhere }) => [`\`${id}\``, names.length > 0 ? names.join(' · ') : (elsewhere ?? '')]),
  )
  return page('semantics.md', 'What values mean', 'src/semantics/semantics.ts', about, rules, `## Shown by\n${cases}`)
}
