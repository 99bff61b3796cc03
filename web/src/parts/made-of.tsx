import type { VNode } from 'preact'

interface Code {
  readonly commit: string | null
  readonly branch: string | null
  readonly dirty: boolean | null
}
interface Environment {
  readonly tidemill: string
  readonly node: string
  readonly platform: string
  readonly arch: string
  readonly cpus: number
}

/** The commit that a run's program came from. */
export function CommitFacts({ code: { commit, branch, dirty } }: { readonly code: Code }): VNode {
  return (
    <>
      <dt>Commit</dt>
      <dd>
        {commit === null ? 'not in git' : <code>{commit.slice(0, 10)}</code>}
        {commit === null || branch === null ? null : ` on ${branch}`}
        {commit !== null && dirty === true ? ' ' : null}
        {commit !== null && dirty === true ? <span class="badge warn">with changes</span> : null}
      </dd>
    </>
  )
}

/** The versions and the machine of a run. */
export function EnvironmentFacts({ environment }: { readonly environment: Environment }): VNode {
  const { tidemill, node, platform, arch, cpus } = environment
  return (
    <>
      <dt>Tidemill</dt>
      <dd>{tidemill}</dd>
      <dt>Node</dt>
      <dd>
        {node}, {platform} {arch}, {cpus} processors
      </dd>
    </>
  )
}
