import { didYouMean, TidemillError } from '../../errors/index.ts'
import type { Database, VersionRow, Writing } from '../database/tables.ts'
import { having } from '../names.ts'
import type { ParsedReference } from '../reference.ts'

/**
 * The row of a reference.
 *
 * @throws models.unknown-model, models.unknown-version, models.unknown-alias, each naming what there is
 */
export async function findVersion(db: Database | Writing, { name, alias, number }: ParsedReference): Promise<VersionRow> {
  const versions = db.selectFrom('versions').selectAll('versions').where('versions.model', '=', name)
  const found =
    alias !== undefined
      ? await versions
          .innerJoin('aliases', join => join.onRef('aliases.model', '=', 'versions.model').onRef('aliases.number', '=', 'versions.number'))
          .where('aliases.alias', '=', alias)
          .executeTakeFirst()
      : number !== undefined
        ? await versions.where('versions.number', '=', number).executeTakeFirst()
        : await versions.orderBy('versions.number', 'desc').limit(1).executeTakeFirst()
  if (found !== undefined) return found
  await checkModelExists(db, name)
  throw alias !== undefined ? unknownAlias(name, alias, await aliasNames(db, name)) : await unknownVersion(db, name, number)
}

/** @throws models.unknown-model */
export async function checkModelExists(db: Database | Writing, name: string): Promise<void> {
  const models = (await db.selectFrom('models').select('name').orderBy('name').execute()).map(model => model.name)
  if (models.includes(name)) return
  throw unknown('models.unknown-model', `unknown model: ${name} (${having(models)})`, name, models)
}

/** The aliases of a model, by name. */
export async function aliasNames(db: Database | Writing, name: string): Promise<readonly string[]> {
  return (await db.selectFrom('aliases').select('alias').where('model', '=', name).orderBy('alias').execute()).map(({ alias }) => alias)
}

/** The error for an alias that the model does not have. */
export function unknownAlias(name: string, alias: string, have: readonly string[]): TidemillError {
  return unknown('models.unknown-alias', `unknown alias: ${alias} of ${name} (${having(have)})`, alias, have)
}

async function unknownVersion(db: Database | Writing, name: string, number: number | undefined): Promise<TidemillError> {
  const { newest } = await db
    .selectFrom('versions')
    .select(({ fn }) => fn.max('number').as('newest'))
    .where('model', '=', name)
    .executeTakeFirstOrThrow()
  const have = newest === 1 ? 'have 1' : `have 1 to ${newest}`
  return new TidemillError('models.unknown-version', `unknown version: ${name}@${number} (${have})`, { details: { name, number, newest } })
}

function unknown(
  code: 'models.unknown-model' | 'models.unknown-alias',
  message: string,
  wanted: string,
  have: readonly string[],
): TidemillError {
  const hint = didYouMean([wanted], have)
  return new TidemillError(code, message, { details: { wanted, have }, ...(hint === undefined ? {} : { hint }) })
}
