import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
export const dir = (): string => mkdtempSync(join(tmpdir(), 's1-'))
export const wait = (ms: number): Promise<void> => new Promise(r => setTimeout(r, ms))
export const lines = (folder: string): any[] => readdirSync(folder).filter(n => !n.startsWith('.') && n.endsWith('.ndjson')).flatMap(n => readFileSync(join(folder, n), 'utf8').split('\n').filter(Boolean).map(l => JSON.parse(l)))
export const told = (e: any): string => `${e?.constructor?.name} [${e?.code}] ${e?.message}${e?.hint ? `\n     hint: ${e.hint}` : ''}${e?.site ? `\n     site ${e.site}` : ''}`
export const tell = async (name: string, f: () => unknown): Promise<void> => {
  const t = performance.now()
  let out: string
  try { const v = await f(); out = `OK ${typeof v === 'object' ? String((v as any)?.[Symbol.toStringTag] ?? JSON.stringify(v, (_, x) => typeof x === 'bigint' ? String(x) : x)?.slice(0, 300)) : String(v)}` } catch (e) { out = told(e) }
  console.log(`- ${name} (${Math.round(performance.now() - t)} ms): ${out}`)
}
