import type * as NodeSqlite from 'node:sqlite'
import { TidemillError } from '../../errors/index.ts'

/**
 * Node's own SQLite, loaded when it is first asked for. Node 22 warns that it is experimental, which it no longer is in 24: that one warning is left out.
 */
export function nodeSqlite(): typeof NodeSqlite {
  const warn = process.emitWarning
  // It is called with whatever the caller gives; only what must be known is looked at.
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]): void => {
    if (rest[0] === 'ExperimentalWarning' && String(warning).startsWith('SQLite is an experimental feature')) return
    Reflect.apply(warn, process, [warning, ...rest])
  }) as typeof process.emitWarning
  try {
    const found = process.getBuiltinModule('node:sqlite')
    if (found === undefined)
      throw new TidemillError('models.unwritable', `this Node has no node:sqlite: ${process.versions.node}`, {
        hint: 'use Node 22.18 or newer',
      })
    return found
  } finally {
    process.emitWarning = warn
  }
}
