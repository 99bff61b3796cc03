import { pathToFileURL } from 'node:url'
import { basename, extname, resolve } from 'node:path'
import { describeValue, progressReporter, renderTerminal } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type Contract, contractFrom, expectThat, loadContract, suggestContract } from '../quality/index.ts'
import { parquet } from '../connectors/index.ts'
import type { Relation } from '../plan/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'
import { tellLeftOut } from './left-out.ts'
import { print, printJson, terminalLook } from './output.ts'
import { programAt } from './program-at.ts'
import { sourceOf } from './source-of.ts'
import { type TextWords, textWords } from './text-words.ts'
import { whileWidening } from './while-widening.ts'

export interface CheckOptions extends TextWords {
  readonly contract?: string
  readonly with?: readonly string[]
  readonly format?: string
  readonly table?: string
  readonly suggest?: boolean
  readonly typescript?: boolean
  readonly history?: boolean
  readonly workspace: string
  readonly strict?: boolean
  readonly failed?: string
  readonly html?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/**
 * Checks a file by a contract, or suggests one. Exit code 0: what has severity `error` passed; 1: it did not; 2: the command line is wrong. With `--strict` warnings and unusual
 * figures fail too.
 */
export async function check(file: string, options: CheckOptions): Promise<void> {
  const suggests = options.contract === undefined || options.suggest === true
  if (suggests && (options.history === true || options.html !== undefined || options.failed !== undefined || options.strict === true))
    throw new TidemillError('cli.usage', 'nothing is checked without a contract', {
      hint: `tidemill check ${file} --contract contract.json`,
    })
  const agreed = suggests ? undefined : await contractAt(options.contract as string)
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: options.quiet === true || options.json === true })
  const { signal, release } = interruptSignal()
  const tm = await tidemill({ folder: options.workspace })
  try {
    if (agreed === undefined) await suggest(tm, file, options, signal)
    else await checkBy(tm, file, agreed, options, signal)
  } finally {
    stop()
    release()
    await tm.close()
  }
}

async function checkBy(tm: Session, file: string, agreed: Contract, options: CheckOptions, signal: AbortSignal): Promise<void> {
  const tables: Record<string, Relation<unknown>> = {}
  for (const text of options.with ?? []) {
    const [, name, path] = /^([^=]+)=(.+)$/s.exec(text) ?? []
    if (name === undefined || path === undefined)
      throw new TidemillError('cli.usage', `--table must be a name and a file, not ${text}`, { hint: '--table customers=customers.csv' })
    tables[name] = await tm.read(await sourceOf(path, { ...textWords(options), mixed: true }))
  }
  const source = await sourceOf(file, options)
  const data = await tm.read(source, { signal })
  tellLeftOut(data)
  const { answer: report, notes } = await whileWidening(tm, source, data, read =>
    expectThat(read, agreed, {
      tables,
      signal,
      ...(options.history === true ? { history: { store: tm.store } } : {}),
      ...(options.failed === undefined ? {} : { failedRows: parquet(options.failed) }),
    }),
  )
  if (options.html !== undefined) await report.toHtml(options.html, { signal })
  if (options.json === true) printJson({ file, ...report.toJson() })
  else {
    for (const note of notes) print(`type changed, as the first rows did not tell it: ${note}`)
    print(renderTerminal(describeValue(report), terminalLook()))
    for (const { name, passed, samples } of report.checks)
      if (!passed && samples.length > 0) print(`\n${name}\n${renderTerminal(describeValue(samples), terminalLook())}`)
  }
  const failed = !report.passed || (options.strict === true && (report.warnings > 0 || report.anomalies > 0))
  if (failed) process.exitCode = 1
}

/** The contract goes to standard output as it can be kept; what it rests on goes to the terminal. */
async function suggest(tm: Session, file: string, options: CheckOptions, signal: AbortSignal): Promise<void> {
  const source = await sourceOf(file, options)
  const data = await tm.read(source, { signal })
  tellLeftOut(data)
  const name = basename(file, extname(file)) || 'data'
  const { answer: found } = await whileWidening(tm, source, data, read => suggestContract(read, { name, signal }))
  if (options.typescript === true) print(found.toTypeScript().trimEnd())
  else if (options.suggest === true || options.json === true) printJson(found.contract)
  else {
    print(renderTerminal(describeValue(found), terminalLook()))
    print(`\nkeep it: tidemill check ${file} --suggest > contract.json\nuse it:  tidemill check ${file} --contract contract.json`)
  }
}

/** A contract of a file of JSON, or the one that a program exports. */
async function contractAt(path: string): Promise<Contract> {
  if (!/\.[cm]?[jt]s$/i.test(path)) return loadContract(path)
  const module: Record<string, unknown> = await import(pathToFileURL(await programAt(resolve(path), process.features)).href)
  const found = Object.values(module).filter(isContractLike)
  const [one] = found
  if (one === undefined || found.length > 1)
    throw new TidemillError('cli.usage', `${path} exports ${found.length === 0 ? 'no contract' : `${found.length} contracts`}`, {
      hint: "export const agreed = contract({ name: 'orders', version: '1', checks: [...] })",
    })
  // The program may have another copy of this package: what it made is taken as data.
  return contractFrom(JSON.parse(JSON.stringify(one)), path)
}

function isContractLike(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'toJSON' in value && 'sha256' in value && 'checks' in value
}
