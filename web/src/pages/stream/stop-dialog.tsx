import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { JobDetail, StopAsked } from '../../api/answers.ts'
import { ask } from '../../api/ask.ts'
import { count } from '../../format/number.ts'
import { clock } from '../../format/time.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ProblemBox } from '../../parts/problem.tsx'
import { closeHash } from '../../router/location.ts'
import { say } from '../../shell/toast.tsx'

/** Asks before a job is stopped: what is before, what is after, and the command that does the same. */
export function StopDialog({ job }: { readonly job: JobDetail }): VNode {
  const [drain, setDrain] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const last = job.checkpoints.recent.at(-1)
  const stop = async (): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      await ask<StopAsked>(`/api/jobs/${encodeURIComponent(job.name)}/stop`, { method: 'POST', body: drain ? { drain: true } : {} })
      say(`${job.name} was asked to stop`)
      closeHash()
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <Dialog title={`Stop ${job.name}?`} close={closeHash}>
      <div>
        <dl class="kvs">
          <dt>Now</dt>
          <dd>
            {job.state}, newest checkpoint {last === undefined ? 'none' : `no. ${count(last.seq)} at ${clock(last.at)}`}
          </dd>
          <dt>Then</dt>
          <dd>
            It takes a last checkpoint, makes visible what its sinks have prepared, and ends. Started again under this name it goes on from
            there.
          </dd>
        </dl>
        <label class="check">
          <input type="checkbox" checked={drain} onChange={event => setDrain(event.currentTarget.checked)} />
          Close all open windows first (drain)
        </label>
        {error === undefined ? null : <ProblemBox error={error} />}
        <pre class="code" tabIndex={0}>
          <span class="c">$</span> tidemill jobs stop {job.name}
          {drain ? ' --drain' : ''}
        </pre>
      </div>
      <footer>
        <button type="button" class="btn" onClick={closeHash}>
          Leave it running
        </button>
        <button type="button" class="btn danger" disabled={busy} onClick={() => void stop()}>
          {busy ? 'Asking …' : 'Stop the job'}
        </button>
      </footer>
    </Dialog>
  )
}
