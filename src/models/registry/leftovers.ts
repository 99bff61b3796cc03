/** What a process that was killed left behind: model folders that no row names. */
import { randomUUID } from 'node:crypto'
import { readdir, rename, rm } from 'node:fs/promises'
import { type Ground, modelFolder } from '../ground.ts'

const day = 24 * 3600 * 1000
/** Milliseconds after which a folder is nobody's any more: one that was being written, and one that was in the way. */
const abandoned = { new: day, aside: 30 * day } as const
/** Our names, and those that `model.save` gives while it writes under one of them. */
const ours = /^\.+(new|aside)-(\d+)-/

/** A new name for a folder that is being written; models cannot be called so. */
export function freshFolder(ground: Ground): string {
  return modelFolder(ground, `.new-${ground.clock.now()}-${randomUUID()}`)
}

/**
 * Makes room for a version whose number is free: a folder that stands there belongs to a registration that was cut short, or to a database that was put
 * back from an older copy, so it is kept for a month.
 */
export async function setAside(ground: Ground, name: string, number: number): Promise<void> {
  try {
    await rename(modelFolder(ground, name, number), modelFolder(ground, `.aside-${ground.clock.now()}-${name}-${number}-${randomUUID()}`))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Removes what was left long ago. */
export async function clearLeftovers(ground: Ground): Promise<void> {
  const now = ground.clock.now()
  for (const name of await readdir(modelFolder(ground)).catch(none)) {
    const [, what, since] = ours.exec(name) ?? []
    if (what !== undefined && now - Number(since) > abandoned[what as keyof typeof abandoned])
      await rm(modelFolder(ground, name), { recursive: true, force: true })
  }
}

function none(error: unknown): readonly string[] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
  throw error
}
