import * as ml from '../../src/ml/index.ts'
import { functionFacts } from './code-facts.ts'
import { mlTexts } from './ml/index.ts'
import type { Group } from './ml/text.ts'
import { mlFolder, mlPage, pageName } from './ml-page.ts'
import { type Page, page, table } from './page.ts'

/** What is neither estimator nor metric: it is told where it is used. */
const elsewhere = ['estimatorFrom', 'loadModel', 'minMaxScale', 'revive', 'standardize']

/** The pages of learning: one for each estimator and metric, a table of contents, and the names that scikit-learn has for them. */
export function mlPages(): readonly Page[] {
  const told = new Set([...mlTexts.flatMap(text => text.functions), ...elsewhere])
  const untold = Object.keys(ml).filter(name => !told.has(name))
  if (untold.length > 0) throw new Error(`exports of tidemill/ml without a page: ${untold.join(', ')}; write tools/docs/ml/NAME.ts`)
  return [...mlTexts.map(mlPage), contentsPage(), peersPage()]
}

function contentsPage(): Page {
  const groups = Map.groupBy(mlTexts, text => text.group)
  const parts = [...groups].map(([group, texts]: readonly [Group, typeof mlTexts]) => {
    const rows = texts.map(text => [link(text), firstSentence(functionFacts('ml', text.functions[0]).docstring.paragraphs[0] ?? '')])
    return `## ${group}\n${table(['page', 'what it is'], rows)}`
  })
  const about =
    'What `tidemill/ml` has, a page each. An estimator is a value: `fit(data, { target })` gives a model, which is plain data: it predicts a table, a row, as SQL; it is saved and loaded. Whoever knows scikit-learn finds the names in [a table](scikit-learn.md).'
  return page(`${mlFolder}/README.md`, 'Learning', 'tools/docs/ml', about, ...parts)
}

function peersPage(): Page {
  const rows = mlTexts.map(text => [`\`${text.peer.name}\``, link(text), text.peer.differs])
  const about =
    'From the names of scikit-learn to ours, and what differs. Figures were compared with scikit-learn 1.9. Everywhere: `random_state` is `seed` and never left to chance, `n_jobs` is `workers`, `sample_weight` is the option `weight` (a column) of `fit` and `weights` of metrics, and NULL takes the place of NaN.'
  return page(
    `${mlFolder}/scikit-learn.md`,
    'scikit-learn -> Tidemill',
    'tools/docs/ml',
    about,
    table(['scikit-learn', 'Tidemill', 'what differs'], rows),
  )
}

function link(text: (typeof mlTexts)[number]): string {
  return `[${text.functions.map(name => `\`${name}\``).join(', ')}](${pageName(text)}.md)`
}

function firstSentence(paragraph: string): string {
  return /^(.*?[.:;])(?:\s|$)/.exec(paragraph)?.[1]?.replace(/[:;]$/, '.') ?? paragraph
}
