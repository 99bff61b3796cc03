import type { VNode } from 'preact'
import type { JobItem, KeptItem, RunItem } from '../api/answers.ts'

/** A state has a shape and a word, not only a colour. */
const jobShapes: Readonly<Record<JobItem['state'], string>> = {
  starting: 'wait',
  running: 'ok',
  restarting: 'warn',
  stopping: 'run',
  stopped: '',
  finished: '',
  failed: 'bad',
  lost: 'bad',
}
const runShapes: Readonly<Record<RunItem['status'], string>> = { running: 'run', finished: 'ok', failed: 'bad' }

/** The state of a job; of one that runs and is held back, by what. */
export function JobState({ state, heldBy }: { readonly state: JobItem['state']; readonly heldBy?: string | null | undefined }): VNode {
  const held = state === 'running' && heldBy != null
  return <span class={`st ${held ? 'warn' : jobShapes[state]}`}>{held ? `running, held back by ${heldBy}` : state}</span>
}

/** The state of a kept run. */
export function KeptState({ status }: { readonly status: KeptItem['status'] }): VNode {
  return <span class={`st ${{ finished: 'ok', failed: 'bad', left: 'warn' }[status]}`}>{status}</span>
}

export function RunState({ status }: { readonly status: RunItem['status'] }): VNode {
  return <span class={`st ${runShapes[status]}`}>{status}</span>
}
