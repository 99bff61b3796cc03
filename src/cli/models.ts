import { describeValue } from '../display/index.ts'
import { type ErrorCode, TidemillError } from '../errors/index.ts'
import { openWorkspace, type Version, type Workspace } from '../models/index.ts'
import { type Answer, printAnswer, subcommandOf, type Usage, wrongUsage } from './subcommand.ts'

/** The options of `tidemill models`. */
export interface ModelsOptions {
  /** The folder of the workspace. */
  readonly workspace: string
  readonly json: boolean
  readonly reason?: string | undefined
}

interface Subcommand extends Usage {
  run(workspace: Workspace, args: readonly string[], options: ModelsOptions): Promise<Answer>
}

const subcommands: Readonly<Record<string, Subcommand>> = {
  list: { usage: 'list', takes: [0, 0], run: list },
  show: { usage: 'show NAME[@VERSION or @ALIAS]', takes: [1, 1], run: show },
  promote: { usage: 'promote NAME ALIAS VERSION --reason TEXT', takes: [3, 3], run: promote },
  rollback: { usage: 'rollback NAME ALIAS --reason TEXT', takes: [2, 2], run: rollback },
  history: { usage: 'history NAME [ALIAS]', takes: [1, 2], run: history },
}

/**
 * Lists the models of a workspace, shows one, moves its aliases and tells their history. A folder without a workspace is an error, not made one.
 *
 * @throws cli.usage; storage.not-found without a workspace; what the registry throws
 */
export async function models(args: readonly string[], options: ModelsOptions): Promise<void> {
  const { name, subcommand, rest } = subcommandOf('models', subcommands, args)
  if (['promote', 'rollback'].includes(name) && (options.reason ?? '').trim() === '') throw wrongUsage('models', subcommand, 'no reason')
  const workspace = await openWorkspace(options.workspace, { existing: true }).catch((error: unknown) => {
    throw withHint(
      error,
      'storage.not-found',
      'name its folder with --workspace DIR, or make one: tidemill train FILE --target COLUMN --register NAME',
    )
  })
  try {
    printAnswer(await subcommand.run(workspace, rest, options), options.json)
  } finally {
    await workspace.close()
  }
}

async function list({ models: registry, folder }: Workspace): Promise<Answer> {
  const found = await registry.list()
  return { data: found, shown: found.length === 0 ? `no models in ${folder}` : describeValue(found) }
}

/** A name alone shows all its versions; with a version or alias, that one. */
async function show({ models: registry }: Workspace, [reference = '']: readonly string[]): Promise<Answer> {
  if (reference.includes('@')) {
    const version = await registry.find(reference)
    return { data: version, shown: describeValue(version) }
  }
  const versions = await registry.versions(reference)
  const aliases = await registry.aliases(reference)
  const newest = versions[0] as Version
  return { data: { name: reference, aliases, versions }, shown: { kind: 'group', items: [describeValue(versions), describeValue(newest)] } }
}

async function promote({ models: registry }: Workspace, args: readonly string[], { reason = '' }: ModelsOptions): Promise<Answer> {
  const [name = '', alias = '', text = ''] = args
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new TidemillError('cli.usage', `version must be a whole number from 1, not ${text}`)
  return moved(alias, await registry.promote(name, alias, Number(text), { reason }))
}

async function rollback({ models: registry }: Workspace, args: readonly string[], { reason }: ModelsOptions): Promise<Answer> {
  const [name = '', alias = ''] = args
  const version = await registry.rollback(name, alias, { reason }).catch((error: unknown) => {
    throw withHint(error, 'models.no-history', `tidemill models promote ${name} ${alias} VERSION --reason TEXT`)
  })
  return moved(alias, version)
}

function moved(alias: string, version: Version): Answer {
  const { name, number } = version
  return { data: { name, alias, version: number }, shown: `${name}@${alias} is version ${number}` }
}

async function history({ models: registry }: Workspace, [name = '', alias]: readonly string[]): Promise<Answer> {
  const changes = await registry.history(name, alias)
  return { data: changes, shown: describeValue(changes) }
}

/** An error of this code with a hint for the command line; any other as it is. */
function withHint(error: unknown, code: ErrorCode, hint: string): unknown {
  if (!(error instanceof TidemillError) || error.code !== code) return error
  return new TidemillError(code, error.message, { hint, details: error.details, cause: error })
}
