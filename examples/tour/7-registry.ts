import type { Session } from 'tidemill'
import type { AnyModel } from 'tidemill/ml'

interface Judged {
  readonly model: AnyModel
  readonly errors: object
}

/** Writes two runs down, registers their models as versions of one name, moves the alias `champion`, and takes a move back. */
export async function register(tm: Session, models: { readonly linear: Judged; readonly forest: Judged; readonly flowers: AnyModel }) {
  const { models: registry } = tm
  const kept = ({ model, errors }: Judged, kind: string) =>
    tm.experiment('price').run(async run => {
      run.param({ kind })
      run.log(errors)
      return model
    })
  const least = await kept(models.linear, 'least squares')
  const forest = await kept(models.forest, 'random forest')
  const first = await registry.register('price', least.model, { description: 'least squares' })
  const second = await registry.register('price', forest.model, { description: 'random forest' })
  const flowers = await registry.register('iris', models.flowers)
  await registry.promote('iris', 'champion', flowers, { reason: 'the only one' })
  await registry.promote('price', 'champion', second, { reason: 'half the error on held-out rows' })
  await registry.promote('price', 'champion', first, { reason: 'trial: can the small one do?' })
  const back = await registry.rollback('price', 'champion', { reason: 'it cannot' })
  return { back, history: await registry.history('price', 'champion') }
}
