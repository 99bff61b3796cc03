/** Aliases: every change is kept, and the way back is read from the changes. */
import { shownList } from '../../display/index.ts'
import { TidemillError, whatIs } from '../../errors/index.ts'
import type { Database, Writing } from '../database/tables.ts'
import { account, type Ground } from '../ground.ts'
import { checkName } from '../names.ts'
import type { AliasChange, ShownList, Version } from '../types.ts'
import { aliasNames, checkModelExists, findVersion, unknownAlias } from './find.ts'
import { readVersion } from './version-row.ts'

/** @throws models.unknown-model, models.unknown-version, models.argument */
export async function promote(ground: Ground, name: string, alias: string, version: unknown, options: unknown): Promise<Version> {
  checkName('model', name)
  checkName('alias', alias)
  const number = numberOf(name, version)
  const reason = reasonIn(options)
  if (reason === undefined)
    throw new TidemillError('models.argument', `promotion without a reason: ${name}@${alias}`, {
      hint: "promote('price', 'champion', version, { reason: 'lower error on March' })",
    })
  return ground.use(db =>
    db.transaction().execute(async writing => {
      const row = await findVersion(writing, { name, number })
      const current = await currentOf(writing, name, alias)
      await change(ground, writing, { name, alias, action: 'promote', from: current, to: number, reason })
      return readVersion(writing, row)
    }),
  )
}

/** @throws models.no-history, models.unknown-alias, models.unknown-model */
export async function rollback(ground: Ground, name: string, alias: string, options: unknown): Promise<Version> {
  checkName('model', name)
  checkName('alias', alias)
  const reason = reasonIn(options)
  return ground.use(db =>
    db.transaction().execute(async writing => {
      await checkModelExists(writing, name)
      const current = await currentOf(writing, name, alias)
      if (current === undefined) throw unknownAlias(name, alias, await aliasNames(writing, name))
      const changes = await changesOf(writing, name, alias)
      const earlier = wayBack(changes).at(-2)
      if (earlier === undefined)
        throw new TidemillError(
          'models.no-history',
          `no earlier version: ${name}@${alias} is ${current}, and there is nothing to go back to`,
          {
            hint: `promote another one: promote('${name}', '${alias}', version, { reason })`,
            details: { name, alias, current },
          },
        )
      await change(ground, writing, { name, alias, action: 'rollback', from: current, to: earlier, reason })
      return readVersion(writing, await findVersion(writing, { name, number: earlier }))
    }),
  )
}

/** The newest first. @throws models.unknown-model, models.unknown-alias */
export async function history(ground: Ground, name: string, alias: string | undefined): Promise<ShownList<AliasChange>> {
  checkName('model', name)
  if (alias !== undefined) checkName('alias', alias)
  return ground.use(async db => {
    await checkModelExists(db, name)
    const changes = await changesOf(db, name, alias)
    if (alias !== undefined && changes.length === 0) throw unknownAlias(name, alias, await aliasNames(db, name))
    return shownList(`history of ${name}${alias === undefined ? '' : `@${alias}`}`, changes.toReversed(), cellsOf)
  })
}

/** Alias to version number. @throws models.unknown-model */
export async function aliases(ground: Ground, name: string): Promise<Readonly<Record<string, number>>> {
  checkName('model', name)
  return ground.use(async db => {
    await checkModelExists(db, name)
    const rows = await db.selectFrom('aliases').select(['alias', 'number']).where('model', '=', name).orderBy('alias').execute()
    return Object.freeze(Object.fromEntries(rows.map(({ alias, number }) => [alias, number])))
  })
}

/**
 * The versions an alias can go back through, the present one last: a promotion adds one, a rollback takes one away. A promotion to where it stands already
 * adds nothing.
 */
export function wayBack(changes: readonly Pick<AliasChange, 'action' | 'to'>[]): readonly number[] {
  const way: number[] = []
  for (const { action, to } of changes)
    if (action === 'rollback') way.pop()
    else if (way.at(-1) !== to) way.push(to)
  return way
}

async function change(
  ground: Ground,
  writing: Writing,
  { name, alias, action, from, to, reason }: Omit<AliasChange, 'at' | 'by'>,
): Promise<void> {
  const row = { model: name, alias, number: to }
  await writing
    .insertInto('aliases')
    .values(row)
    .onConflict(there => there.columns(['model', 'alias']).doUpdateSet({ number: to }))
    .execute()
  await writing
    .insertInto('alias_changes')
    .values({
      model: name,
      alias,
      action,
      from_number: from ?? null,
      to_number: to,
      at: ground.clock.now(),
      by: account(),
      reason: reason ?? null,
    })
    .execute()
}

async function currentOf(db: Writing, name: string, alias: string): Promise<number | undefined> {
  return (await db.selectFrom('aliases').select('number').where('model', '=', name).where('alias', '=', alias).executeTakeFirst())?.number
}

/** The oldest first. */
async function changesOf(db: Database | Writing, name: string, alias: string | undefined): Promise<readonly AliasChange[]> {
  const all = db.selectFrom('alias_changes').selectAll().where('model', '=', name).orderBy('id')
  const rows = await (alias === undefined ? all : all.where('alias', '=', alias)).execute()
  return rows.map(row =>
    Object.freeze({
      name: row.model,
      alias: row.alias,
      action: row.action,
      from: row.from_number ?? undefined,
      to: row.to_number,
      at: new Date(row.at),
      by: row.by,
      reason: row.reason ?? undefined,
    }),
  )
}

function cellsOf({ at, alias, action, from, to, by, reason }: AliasChange): Record<string, string | number | Date | undefined> {
  return { at, alias, action, from, to, by, reason }
}

function numberOf(name: string, version: unknown): number {
  if (typeof version === 'number' && Number.isSafeInteger(version) && version > 0) return version
  const { name: own, number } = Object(version) as Readonly<Record<string, unknown>>
  if (typeof own === 'string' && typeof number === 'number') {
    if (own === name) return number
    throw new TidemillError('models.argument', `version of another model: ${own}@${number}, not of ${name}`)
  }
  throw new TidemillError('models.argument', `version must be a version or its number, not ${whatIs(version)}`)
}

function reasonIn(options: unknown): string | undefined {
  if (options === undefined) return undefined
  const reason = (Object(options) as Readonly<Record<string, unknown>>)['reason']
  if (reason === undefined) return undefined
  if (typeof reason !== 'string' || reason.trim() === '')
    throw new TidemillError('models.argument', `reason must be a text, not ${typeof reason === 'string' ? 'an empty one' : whatIs(reason)}`)
  return reason.trim()
}
