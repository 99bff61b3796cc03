import type { Session } from 'tidemill'
import { californiaHousing } from 'tidemill/datasets'
import { linearRegression, pipeline, standardScaler } from 'tidemill/ml'

/** Fits a pipeline, tells training error from hold-out error, and saves the model as data. */
export async function learn(tm: Session, path: string) {
  const houses = await tm.read(californiaHousing())
  const { train, test } = houses.split(californiaHousing.articleSplit)
  const price = pipeline({ scale: standardScaler(), fit: linearRegression() })

  const onAll = await price.fit(houses, { target: 'medHouseVal' })
  const model = await price.fit(train, { target: 'medHouseVal' })
  const errors = {
    'fitted and scored on all rows': await onAll.evaluate(houses),
    'training part': await model.evaluate(train),
    'hold-out': await model.evaluate(test),
  }
  await model.save(path)
  const predicted = model.transform(test) // a Dataset again: the model is part of the plan, here as SQL
  return { errors, model, predicted }
}
