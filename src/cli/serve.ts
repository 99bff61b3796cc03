import { once } from 'node:events'
import { join } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { type AnyModel, loadModel } from '../ml/index.ts'
import { lazyWorkspace, openWorkspace, type Workspace } from '../models/index.ts'
import { type Tokens, tokens } from '../security/index.ts'
import {
  type App,
  app,
  dashboardFolder,
  exampleRow,
  fixedModels,
  listen,
  type Listening,
  type ModelSource,
  requestBody,
  type ServedModel,
  workspaceModels,
} from '../server/index.ts'
import { entryAt } from '../storage/index.ts'
import { jobsFolder, readJobs } from '../telemetry/index.ts'
import { interruptSignal } from './interrupt.ts'
import { counted, print } from './output.ts'

export interface ServeOptions {
  /** Default `.tidemill`, unless models are given. */
  readonly workspace: string | undefined
  /** `NAME=FOLDER`, of saved models. */
  readonly models: readonly string[]
  readonly host: string
  readonly port: string
  readonly allowHosts: readonly string[]
}

const variable = 'TIDEMILL_TOKEN'
const defaultWorkspace = '.tidemill'

/** Serves models, streams and the dashboard over HTTP until Ctrl-C. */
export async function serve(options: ServeOptions): Promise<void> {
  const port = /^\d{1,5}$/.test(options.port) ? Number(options.port) : Number.NaN
  if (!(port <= 65_535)) throw new TidemillError('cli.usage', `--port must be a whole number from 0 to 65535, not ${options.port}`)
  const { signal, release } = interruptSignal()
  const { models, workspace, close } = await openServed(options)
  try {
    const others = workspace === undefined ? [] : await countOthers(workspace)
    const usable = await checkModels(models, others.length > 0 || (workspace !== undefined && (await hasRuns(workspace.runs))))
    const known = tokens()
    const { token, own } = ownerToken(known)
    const web = workspace === undefined ? undefined : await builtDashboard()
    const served = app({ models, workspace, web, tokens: known, hosts: options.allowHosts })
    signal.throwIfAborted()
    const server = await listen(served, { host: options.host, port })
    try {
      const things = [...(usable.length > 0 ? [counted(usable.length, 'model')] : []), ...others]
      print(
        `serving ${things.join(', ') || 'runs'} at ${server.url}${usable.length > 0 ? `: ${usable.map(one => one.reference).join(', ')}` : ''}`,
      )
      warnOfNetwork(options.host)
      if (web !== undefined) print(`\ndashboard (the link opens it once, within 10 minutes):\n${served.onceLink(server.url)}`)
      else if (workspace !== undefined) process.stderr.write('note: the dashboard was not built: npm run build:web\n')
      // A shell variable, so that the token is printed once and the line below can be pasted as it is.
      if (!own) print(`\ntoken, shown this once, good until the server ends:\nTOKEN=${token}`)
      print(`\n${await curlLine(served, server, usable[0], token, own ? variable : 'TOKEN')}`)
      if (!signal.aborted) await once(signal, 'abort')
    } finally {
      await server.close()
    }
  } finally {
    release()
    await close()
  }
}

/** What is served: models in memory, or those of a workspace. */
interface Opened {
  readonly models: ModelSource
  readonly workspace: Workspace | undefined
  close(): Promise<void>
}

async function openServed({ workspace, models }: ServeOptions): Promise<Opened> {
  if (models.length > 0) {
    if (workspace !== undefined) throw new TidemillError('cli.usage', '--workspace and --model together: take one of them')
    return { models: fixedModels(await loadAll(models)), workspace: undefined, close: async () => undefined }
  }
  const opened = await openAny(workspace ?? defaultWorkspace)
  return { models: workspaceModels(opened.models), workspace: opened, close: opened.close }
}

/** A folder of jobs is no workspace before the first run or model; it is served all the same. */
async function openAny(folder: string): Promise<Workspace> {
  try {
    return await openWorkspace(folder, { existing: true })
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'storage.not-found') throw error
    if ((await readJobs(jobsFolder(folder))).length > 0) return lazyWorkspace(folder, { existing: true })
    throw new TidemillError('storage.not-found', `no workspace: ${folder}`, {
      cause: error,
      hint: 'name the folder with --workspace DIR, or serve saved models: tidemill serve --model price=models/price',
    })
  }
}

/** What there is to show beside models: `2 streams`. */
async function countOthers({ folder }: Workspace): Promise<readonly string[]> {
  const { length } = await readJobs(jobsFolder(folder))
  return length === 0 ? [] : [counted(length, 'stream')]
}

/** A folder of jobs has none before it is a workspace. */
async function hasRuns(runs: Workspace['runs']): Promise<boolean> {
  try {
    return (await runs.list({ limit: 1 })).length > 0
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'storage.not-found') return false
    throw error
  }
}

/** The folder of the dashboard; undefined in a working copy where it was not built. */
async function builtDashboard(): Promise<string | undefined> {
  const folder = dashboardFolder()
  return (await entryAt(join(folder, 'index.html'))) === undefined ? undefined : folder
}

async function loadAll(pairs: readonly string[]): Promise<Readonly<Record<string, AnyModel>>> {
  const loaded: Record<string, AnyModel> = {}
  for (const pair of pairs) {
    const [name = '', ...rest] = pair.split('=')
    const folder = rest.join('=')
    if (name === '' || folder === '') throw new TidemillError('cli.usage', `--model wants NAME=FOLDER, as price=models/price, not ${pair}`)
    if (Object.hasOwn(loaded, name)) throw new TidemillError('cli.usage', `--model names ${name} twice`)
    loaded[name] = await loadModel(folder)
  }
  return loaded
}

/** A model that can be loaded, and what to ask for: its name, or the newest version that is sound. */
interface Usable {
  readonly reference: string
  readonly served: ServedModel
}

/**
 * The models that can be loaded; the others are told of.
 *
 * @param others whether there is something else to serve
 * @throws the reason of the first when there must be one and there is none
 */
async function checkModels(models: ModelSource, others: boolean): Promise<readonly Usable[]> {
  const names = await models.names()
  if (names.length === 0 && !others)
    throw new TidemillError('models.unknown-model', 'workspace without models, runs and streams: there is nothing to serve', {
      hint: 'register one: tidemill train FILE --target COLUMN --register NAME; a stream started in this workspace is served too',
    })
  const usable: Usable[] = []
  const failures: unknown[] = []
  for (const name of names) {
    // The name alone means the newest.
    const older = ((await models.versions?.(name)) ?? []).slice(0, -1).toReversed()
    for (const reference of [name, ...older.map(version => `${name}@${version}`)])
      try {
        usable.push({ reference, served: await models.get(reference) })
        break
      } catch (error) {
        failures.push(error)
      }
  }
  if (usable.length === 0 && !others) throw failures[0]
  for (const failure of failures)
    process.stderr.write(`warning: not served: ${failure instanceof Error ? failure.message : String(failure)}\n`)
  return usable
}

/** The token of the environment, or one that is made for this run. */
function ownerToken(known: Tokens): { readonly token: string; readonly own: boolean } {
  const own = process.env[variable]
  if (own === undefined || own === '') return { token: known.issue({ name: 'one-time' }).token, own: false }
  try {
    known.accept(own, { name: variable })
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error
    throw new TidemillError(error.code, `${variable}: ${error.message}`, error.hint === undefined ? {} : { hint: error.hint })
  }
  return { token: own, own: true }
}

/** A line to paste into a shell. It has been tried: a model that does not take made-up values is asked for its description instead. */
async function curlLine(served: App, { url }: Listening, usable: Usable | undefined, token: string, name: string): Promise<string> {
  const bearer = `-H "Authorization: Bearer $${name}"`
  if (usable === undefined) return `ask for the streams:\ncurl -sS '${url}/api/jobs' ${bearer}`
  const { reference, served: model } = usable
  const path = `/v2/models/${reference.split('@').map(encodeURIComponent).join('@')}`
  const body = JSON.stringify(requestBody(model.model, [exampleRow(model.model)]))
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const tried = await served.fetch(new Request(`${url}${path}/infer`, { method: 'POST', headers, body }))
  if (!tried.ok) return `ask what ${reference} wants:\ncurl -sS '${url}${path}' ${bearer}`
  return `ask for a prediction:\ncurl -sS '${url}${path}/infer' ${bearer} -H 'Content-Type: application/json' -d '${body.replaceAll("'", String.raw`'\''`)}'`
}

function warnOfNetwork(host: string): void {
  if (['127.0.0.1', 'localhost', '::1'].includes(host)) return
  process.stderr.write('warning: other machines can reach this server, and tokens travel in the clear: put a proxy with TLS before it\n')
}
