import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sweepParts, writeFileAtomic } from './index.ts'

test('what a killed process left half-written is swept; what is being written, and all else, stays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-sweep-'))
  try {
    const old = new Date('2026-01-01T00:00:00Z')
    await writeFile(join(folder, '.tidemill-part-old'), 'half')
    await utimes(join(folder, '.tidemill-part-old'), old, old)
    await writeFile(join(folder, '.tidemill-part-new'), 'half')
    await writeFileAtomic(join(folder, 'status.json'), '{}', { modified: old.getTime() })
    await mkdir(join(folder, 'checkpoints'))
    expect(await sweepParts(folder)).toBe(1)
    expect((await readdir(folder)).toSorted()).toEqual(['.tidemill-part-new', 'checkpoints', 'status.json'])
    expect(await sweepParts(join(folder, 'nowhere'))).toBe(0)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
