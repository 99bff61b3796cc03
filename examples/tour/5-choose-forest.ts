import type { Session } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { gridSearch, randomForestClassifier } from 'tidemill/ml'

/** Program C1: a random forest for iris; 30 candidates, each scored on 5 folds, on as many workers as asked. */
export async function chooseForest(tm: Session, workers?: number, progress?: (done: number, of: number) => void) {
  const flowers = await tm.read(iris())
  const splits = {
    "the articles' rows": flowers.split(iris.articleSplit),
    'a stratified split': flowers.split({ train: 0.8, test: 0.2 }, { seed: 42, stratify: 'species' }),
  }
  const search = gridSearch(
    randomForestClassifier({ seed: 42 }),
    { trees: [100, 200], maxFeatures: ['auto', 'sqrt', 'log2'], maxDepth: [10, 20, 30, 40, 50] },
    { folds: 5, scoring: 'accuracy', progress: ({ done, of }) => progress?.(done, of) },
  )
  const { train, test } = splits["the articles' rows"]
  const found = await search.fit(train, { target: 'species', workers })
  const other = await search.fit(splits['a stratified split'].train, { target: 'species', workers })
  const scores = {
    "the articles' rows": await found.best.evaluate(test),
    'a stratified split': await other.best.evaluate(splits['a stratified split'].test),
  }
  return { found, scores, test }
}
