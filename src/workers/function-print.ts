import { createHash } from 'node:crypto'
import { serialize } from 'node:v8'
import { originMark } from './load-function.ts'
import type { HostFunction } from './seams.ts'

/**
 * sha256 of what a function is, wherever it stands: its text, the text it takes along from its module, the addresses of what it imports (seen from its own folder),
 * its values. Lines that were added above it, or another folder, do not change it. What the modules say that it imports is not looked at.
 */
export function functionPrint({ module, with: values }: HostFunction): string {
  const hash = createHash('sha256').update(bare(module))
  return (values === undefined ? hash : hash.update(serialize(values))).digest('hex')
}

/** The module without what only says where it came from: its address, the blank lines and columns that keep its place in the file. */
function bare(module: string): string {
  const end = module.startsWith(originMark) ? module.indexOf(' */') : -1
  const folder = end === -1 ? undefined : module.slice(originMark.length, module.lastIndexOf('/', end - 1) + 1)
  const text = (end === -1 ? module : module.slice(end + 3)).replace(/\n\/\/# sourceURL=.*\n?$/, '')
  const lines = text.split('\n').map(line => line.trim())
  const kept = lines.filter(line => line !== '').join('\n')
  return folder === undefined ? kept : kept.replaceAll(folder, './')
}
