import { showing } from '../../display/index.ts'
import type { Ground } from '../ground.ts'
import { parseReference } from '../reference.ts'
import type { Models, Version } from '../types.ts'
import { aliases, history, promote, rollback } from './aliases.ts'
import { findVersion } from './find.ts'
import { list, versions } from './list.ts'
import { load } from './load.ts'
import { register } from './register.ts'
import { readVersion } from './version-row.ts'

/** The registry over a workspace. */
export function makeModels(ground: Ground): Models {
  const made = {
    register: (name: string, model: unknown, options: object | undefined) => register(ground, name, model, options),
    list: () => list(ground),
    versions: (name: string) => versions(ground, name),
    find: (reference: string) => find(ground, reference),
    load: (reference: string, options: object | undefined) => load(ground, reference, options),
    promote: (name: string, alias: string, version: unknown, options: unknown) => promote(ground, name, alias, version, options),
    rollback: (name: string, alias: string, options: unknown) => rollback(ground, name, alias, options),
    history: (name: string, alias: string | undefined) => history(ground, name, alias),
    aliases: (name: string) => aliases(ground, name),
    ...showing(() => ({ kind: 'text', text: `models in ${ground.folder}: list(), versions(name), history(name)` })),
  }
  // What a name gives back is the catalog's to say; here names are texts.
  return Object.freeze(made) as unknown as Models
}

async function find(ground: Ground, reference: string): Promise<Version> {
  const wanted = parseReference(reference)
  return ground.use(async db => readVersion(db, await findVersion(db, wanted)))
}
