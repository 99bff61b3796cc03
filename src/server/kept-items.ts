/** What the API tells of kept runs: read from their files for each request, without an engine. */
import { TidemillError } from '../errors/index.ts'
import { keptFolder, type KeptRun, keptRuns } from '../runs/index.ts'
import { printType } from '../schema/index.ts'
import type { KeptDetail, KeptItem, KeptList } from './api-types.ts'
import type { ToldWorkspace } from './route.ts'

/** Statements and inputs beyond these are told as an amount. */
const most = { statements: 20, inputs: 200 } as const

/** The newest first. A run whose file was damaged does not hide the others: it is told by its id. */
export async function keptList(
  workspace: ToldWorkspace | undefined,
  { name, limit }: { readonly name: string | undefined; readonly limit: number },
): Promise<KeptList> {
  if (workspace === undefined) return { runs: [], damaged: [] }
  const kept = keptRuns(keptFolder(workspace.folder))
  const runs: KeptItem[] = []
  const damaged: string[] = []
  for (const id of await kept.ids({ name, limit }))
    try {
      const run = await kept.find(id)
      if (run !== undefined) runs.push(keptItem(run))
    } catch (error) {
      if (!isDamaged(error)) throw error
      damaged.push(id)
    }
  return { runs, damaged }
}

/** All that is told of one. @throws runs.unknown, runs.damaged */
export async function keptDetail(workspace: ToldWorkspace | undefined, id: string): Promise<KeptDetail> {
  const run = workspace === undefined ? undefined : await keptRuns(keptFolder(workspace.folder)).find(id).catch(withoutPath(id))
  if (run === undefined) throw new TidemillError('runs.unknown', `unknown kept run: ${id.slice(0, 160)}`)
  const { program, plan, inputs, figures, result, wrote, job, environment, code } = run
  const { tidemill, node, platform, arch, cpus } = environment
  return {
    ...keptItem(run),
    branch: code?.branch ?? null,
    program: { path: program.path ?? null, sha256: program.sha256 ?? null, text: program.text ?? null },
    plan: { fingerprint: plan.fingerprint, written: plan.written, optimised: plan.optimised, engine: plan.engine },
    inputs: inputs.slice(0, most.inputs).map(input => ({
      kind: input.kind,
      name: input.name,
      bytes: input.bytes ?? null,
      sha256: input.sha256 ?? null,
    })),
    moreInputs: Math.max(0, inputs.length - most.inputs),
    figures: { ...figures, statements: figures.statements.slice(0, most.statements) },
    result:
      result === undefined
        ? null
        : {
            rows: result.rows,
            bytes: result.bytes,
            whole: result.whole,
            columns: result.columns.map(({ name, type }) => ({ name, type: printType(type) })),
            first: result.first,
          },
    wrote: wrote === undefined ? null : { rows: wrote.rows, bytes: wrote.bytes, files: wrote.files.length },
    job: job === undefined ? null : { functions: job.functions, report: job.report ?? null },
    environment: { tidemill, node, platform, arch, cpus },
  }
}

function isDamaged(error: unknown): boolean {
  return error instanceof TidemillError && (error.code === 'runs.damaged' || error.code === 'storage.version')
}

/** Who asks over the network need not know where the files lie. */
function withoutPath(id: string): (error: unknown) => never {
  return error => {
    if (!isDamaged(error)) throw error
    throw new TidemillError('runs.damaged', `damaged run, or of another version: ${id}`, {
      cause: error,
      hint: `tidemill runs remove ${id}`,
    })
  }
}

function keptItem({ id, name, kind, status, started, ended, failure, by, figures, code }: KeptRun): KeptItem {
  return {
    id,
    name,
    kind,
    status,
    started: started.getTime(),
    ended: ended.getTime(),
    failure: failure ?? null,
    by,
    rows: figures.rows,
    ms: figures.ms,
    cpuMs: figures.cpuMs,
    commit: code?.commit ?? null,
    dirty: code?.dirty ?? null,
  }
}
