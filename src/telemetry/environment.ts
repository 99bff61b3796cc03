import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'

export interface Environment {
  readonly tidemill: string
  readonly node: string
  readonly platform: string
  readonly arch: string
  readonly cpus: number
}

/** Where a run runs. */
export async function readEnvironment(): Promise<Environment> {
  return {
    tidemill: await ownVersion(),
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    cpus: availableParallelism(),
  }
}

/** From package.json, which lies two folders up in the sources and in the package; a bundle of an application has none. */
async function ownVersion(): Promise<string> {
  try {
    const { name, version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as Record<string, unknown>
    return name === 'tidemill' && typeof version === 'string' ? version : 'unknown'
  } catch {
    return 'unknown'
  }
}
