import { readFile } from 'node:fs/promises'
import { TidemillError } from '../errors/index.ts'

let known: Promise<string> | undefined

/** Read from the package, so that it is written down once. A bundle of an application has no such file: that is reported, and the version stays empty. */
export async function packageVersion(report: (error: unknown) => void): Promise<string> {
  try {
    return await (known ??= read())
  } catch (error) {
    known = Promise.resolve('')
    report(error)
    return ''
  }
}

async function read(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  const own = JSON.parse(text) as { readonly name?: unknown; readonly version?: unknown }
  if (own.name === 'tidemill' && typeof own.version === 'string') return own.version
  throw new TidemillError('server.not-found', 'version of the package: the package.json near this module is that of another')
}
