import type { Session } from 'tidemill'
import type { AnyModel } from 'tidemill/ml'

/** Registers models as versions of one name each, moves the alias `champion`, and takes a move back. */
export async function register(tm: Session, models: { readonly linear: AnyModel; readonly forest: AnyModel; readonly flowers: AnyModel }) {
  const { models: registry } = tm
  const first = await registry.register('price', models.linear, { description: 'least squares' })
  const second = await registry.register('price', models.forest, { description: 'random forest' })
  const flowers = await registry.register('iris', models.flowers)
  await registry.promote('iris', 'champion', flowers, { reason: 'the only one' })
  await registry.promote('price', 'champion', second, { reason: 'half the error on held-out rows' })
  await registry.promote('price', 'champion', first, { reason: 'trial: can the small one do?' })
  const back = await registry.rollback('price', 'champion', { reason: 'it cannot' })
  return { back, history: await registry.history('price', 'champion') }
}
