/** Program C3: load, train, evaluate. Each step says what it takes and gives; a wrong column, target or order does not compile. */
import { type Dataset, type Session, tidemill } from 'tidemill'
import { type Credit, germanCredit } from 'tidemill/datasets'
import { columns, logisticRegression, oneHotEncoder, pipeline, standardScaler } from 'tidemill/ml'

type Risk = Omit<Credit, 'class'> & { risk: string }

/** Credits with a label in words, cut into a part to learn from and one to judge by. */
async function load(tm: Session) {
  const credits = (await tm.read(germanCredit())).withColumns(r => ({ risk: r.class.eq(2).cast('string') })).drop('class')
  return credits.split({ train: 0.8, test: 0.2 }, { seed: 42, stratify: 'risk' })
}

/** Numbers are scaled and codes become columns, learnt from the training part only. */
function train(credits: Dataset<Risk>) {
  const prepare = columns({
    numbers: { of: ['durationMonths', 'creditAmount', 'installmentRate', 'residenceSince', 'age'], use: standardScaler() },
    words: { of: ['checkingStatus', 'creditHistory', 'purpose', 'savings', 'employmentSince', 'housing', 'job'], use: oneHotEncoder() },
  })
  return pipeline({ prepare, fit: logisticRegression() }).fit(credits, { target: 'risk' })
}

await using tm = await tidemill()
const parts = await load(tm)
const model = await train(parts.train)
for (const [part, rows] of Object.entries(parts)) {
  const { accuracy, rocAuc, rows: count } = await model.evaluate(rows)
  console.log(`${part}: ${count} credits, accuracy ${accuracy.toFixed(3)}, area under the ROC curve ${rocAuc.toFixed(3)}`)
}
