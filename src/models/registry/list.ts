import { shownList } from '../../display/index.ts'
import type { Ground } from '../ground.ts'
import { checkName } from '../names.ts'
import type { ModelSummary, ShownList, Version } from '../types.ts'
import { checkModelExists } from './find.ts'
import { versionOf } from './version-row.ts'

/** Every model, by name, with what its newest version says. */
export async function list(ground: Ground): Promise<ShownList<ModelSummary>> {
  return ground.use(async db => {
    const rows = await db
      .selectFrom('versions')
      .select(['model', 'number', 'kind', 'role', 'target', 'created'])
      .orderBy('model')
      .orderBy('number')
      .execute()
    // The last of each name stands.
    const newest = [...new Map(rows.map(row => [row.model, row])).values()]
    const pointers = await db.selectFrom('aliases').selectAll().orderBy('alias').execute()
    const summaries = newest.map(
      ({ model, kind, role, target, created, number }): ModelSummary =>
        Object.freeze({
          name: model,
          versions: number,
          kind,
          role,
          target: target ?? undefined,
          aliases: Object.freeze(
            Object.fromEntries(pointers.filter(pointer => pointer.model === model).map(pointer => [pointer.alias, pointer.number])),
          ),
          updated: new Date(created),
        }),
    )
    return shownList('models', summaries, ({ name, versions, kind, role, target, aliases, updated }) => ({
      name,
      versions,
      aliases: Object.entries(aliases)
        .map(([alias, of]) => `${alias} ${of}`)
        .join(', '),
      kind,
      role,
      target,
      updated,
    }))
  })
}

/** All versions of a model, the newest first. @throws models.unknown-model */
export async function versions(ground: Ground, name: string): Promise<ShownList<Version>> {
  checkName('model', name)
  return ground.use(async db => {
    await checkModelExists(db, name)
    const rows = await db.selectFrom('versions').selectAll().where('model', '=', name).orderBy('number', 'desc').execute()
    const pointers = await db.selectFrom('aliases').selectAll().where('model', '=', name).orderBy('alias').execute()
    const found = rows.map(row =>
      versionOf(
        row,
        pointers.filter(pointer => pointer.number === row.number).map(pointer => pointer.alias),
      ),
    )
    const metrics = [...new Set(found.flatMap(version => Object.keys(version.metrics)))]
    return shownList(`versions of ${name}`, found, version => ({
      version: version.number,
      aliases: version.aliases.join(', '),
      ...Object.fromEntries(metrics.map(metric => [metric, version.metrics[metric]])),
      registered: version.created,
      by: version.by,
      description: version.description,
    }))
  })
}
