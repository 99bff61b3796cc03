import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { connect } from 'node:net'
import { arch, cpus, platform, release, tmpdir } from 'node:os'
import { describeValue, renderTerminal } from '../display/index.ts'
import { machineLimits } from '../engines/embedded/index.ts'
import { errorCodes, TidemillError } from '../errors/index.ts'
import { tidemill } from '../session/index.ts'
import { systemClock, systemScheduler } from '../time/index.ts'
import { print, printJson, terminalLook } from './output.ts'
import { version } from './version.ts'

/** One thing that was looked at. */
export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'note' | 'bad'
  readonly found: string
  /** What to do about it. */
  readonly fix?: string
}

/** Looks at the machine and prints what was found, with fixes; fails when something is bad. */
export async function doctor(urls: readonly string[], options: { readonly json: boolean; readonly codes: boolean }): Promise<void> {
  if (options.codes) {
    print(renderTerminal(describeValue(errorCodes), terminalLook()))
    return
  }
  const findings = await examine(urls)
  if (options.json) printJson({ version, findings })
  else print(renderTerminal({ kind: 'text', text: listed(findings) }, terminalLook()))
  const bad = findings.filter(finding => finding.state === 'bad')
  if (bad.length > 0)
    throw new TidemillError(
      'cli.doctor',
      `${bad.length} of ${findings.length} checks are bad: ${bad.map(finding => finding.check).join(', ')}`,
      {
        hint: bad.map(finding => finding.fix ?? finding.found).join('; '),
      },
    )
}

/** Every finding, bad ones too; nothing is changed on the machine. */
export async function examine(urls: readonly string[]): Promise<readonly Finding[]> {
  const limits = machineLimits()
  return [
    { check: 'tidemill', state: 'ok', found: version },
    nodeVersion(process.versions.node),
    { check: 'machine', state: 'ok', found: `${platform()} ${release()} ${arch()}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}` },
    {
      check: 'memory for queries',
      state: limits.memoryBytes < 256 * 2 ** 20 ? 'note' : 'ok',
      found: `${Math.round(limits.memoryBytes / 2 ** 20)} MB: ${limits.why.memory}`,
    },
    { check: 'threads', state: 'ok', found: `${limits.threads}: ${limits.why.threads}` },
    await engine(),
    await spillFolder(tmpdir()),
    await writable(process.cwd()),
    ...(await Promise.all(urls.map(reach))),
  ]
}

function nodeVersion(text: string): Finding {
  const [major = 0, minor = 0] = text.split('.').map(Number)
  const good = major > 22 || (major === 22 && minor >= 18)
  return { check: 'node', state: good ? 'ok' : 'bad', found: text, ...(good ? {} : { fix: 'install Node 22.18 or newer' }) }
}

/** Really runs a query: the native part loads, or the error says why not. */
async function engine(): Promise<Finding> {
  try {
    const tm = await tidemill({ workers: 1, typesFile: false })
    try {
      const [row] = await (await tm.sql('select 6 * 7 as answer')).rows()
      return { check: 'DuckDB', state: row?.['answer'] === 42 ? 'ok' : 'bad', found: `answered ${JSON.stringify(row)}` }
    } finally {
      await tm.close()
    }
  } catch (error) {
    const hint = error instanceof TidemillError ? error.hint : undefined
    return {
      check: 'DuckDB',
      state: 'bad',
      found: error instanceof Error ? error.message : String(error),
      ...(hint === undefined ? {} : { fix: hint }),
    }
  }
}

async function spillFolder(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const enough = free > 2 ** 30
  return {
    check: 'spill folder',
    state: enough ? 'ok' : 'note',
    found: `${folder}, ${(free / 2 ** 30).toFixed(1)} GiB free`,
    ...(enough ? {} : { fix: 'set TMPDIR to a folder with more room: queries larger than memory spill there' }),
  }
}

async function writable(folder: string): Promise<Finding> {
  try {
    await access(folder, constants.W_OK)
    return { check: 'current folder', state: 'ok', found: `${folder} can be written` }
  } catch {
    return {
      check: 'current folder',
      state: 'note',
      found: `${folder} cannot be written`,
      fix: 'run in a folder of your own when you write results',
    }
  }
}

/** Opens a connection to the host and port of a URL and closes it again. */
async function reach(url: string): Promise<Finding> {
  const check = `reach ${url}`
  const at = URL.canParse(url) ? new URL(url) : undefined
  const port = Number(at?.port || (at?.protocol === 'http:' ? 80 : at?.protocol === 'https:' ? 443 : Number.NaN))
  if (at === undefined || at.hostname === '' || !Number.isInteger(port))
    return { check, state: 'bad', found: 'not an address', fix: 'give it as scheme://host:port, such as sc://localhost:15002' }
  const began = systemClock.monotonic()
  const refused = await new Promise<string | undefined>(resolve => {
    const socket = connect({ host: at.hostname, port })
    const cancel = systemScheduler.after(5000, () => socket.destroy(new Error('no answer within 5 s')))
    const end = (answer: string | undefined): void => {
      cancel()
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(undefined))
    socket.once('error', error => end(error.message))
  })
  if (refused === undefined) return { check, state: 'ok', found: `answers in ${(systemClock.monotonic() - began).toFixed(0)} ms` }
  return { check, state: 'bad', found: refused, fix: `is the engine started, and may this machine reach ${at.host}?` }
}

/** One finding a line, so that nothing is cut away in a narrow terminal; what to do about it below. */
function listed(findings: readonly Finding[]): string {
  const state = { ok: 'ok    ', note: 'note  ', bad: 'BAD   ' }
  return findings
    .map(({ state: found, check, found: text, fix }) => {
      const line = `${state[found]}${check.padEnd(18)}  ${text}`
      return fix === undefined ? line : `${line}\n      to do: ${fix}`
    })
    .join('\n')
}
