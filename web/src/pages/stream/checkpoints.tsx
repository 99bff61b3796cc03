import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { JobDetail } from '../../api/answers.ts'
import { bytes, count } from '../../format/number.ts'
import { clock, lasted } from '../../format/time.ts'
import { Table } from '../../parts/table.tsx'
import { isActive } from '../../state/feed.ts'

type Checkpoint = JobDetail['checkpoints']['recent'][number]

const shown = 6

/** The newest checkpoints. While a pointer or the focus is in the table it stands still, and says how many wait. */
export function Checkpoints({ job: { checkpoints, state } }: { readonly job: JobDetail }): VNode {
  const active = isActive(state)
  const newest = checkpoints.recent.slice(-shown).toReversed()
  const [held, hold] = useState<readonly Checkpoint[]>()
  const rows = held ?? newest
  const waiting = held === undefined ? 0 : Math.max(0, (newest[0]?.seq ?? 0) - (held[0]?.seq ?? 0))
  const release = (): void => hold(undefined)
  return (
    <section
      class="card w7 full"
      onPointerEnter={() => hold(newest)}
      onPointerLeave={release}
      onFocusIn={() => hold(kept => kept ?? newest)}
      onFocusOut={release}
    >
      <header>
        <h2>Checkpoints</h2>
        <div class="acts">
          {waiting === 0 ? null : (
            <button type="button" class="btn tiny" onClick={() => hold(newest)}>
              {waiting} new
            </button>
          )}
        </div>
      </header>
      {newest.length === 0 ? (
        <div class="empty">
          <b>{active ? 'No checkpoint yet' : 'No checkpoint was taken'}</b>
          {active ? <p>One is taken every {lasted(checkpoints.every)}; after a crash the job goes on from the newest.</p> : null}
        </div>
      ) : (
        <div class="steady">
          <Table
            label="Checkpoints"
            rows={rows}
            keyOf={one => String(one.seq)}
            columns={[
              { title: 'No.', cell: one => count(one.seq) },
              { title: 'Epoch', figures: true, spare: true, cell: one => count(one.epoch) },
              { title: 'Took', figures: true, cell: one => lasted(one.ms) },
              { title: 'Written', figures: true, cell: one => bytes(one.bytes) },
              { title: 'At', figures: true, cell: one => clock(one.at) },
            ]}
          />
        </div>
      )}
      <div class="more">
        <span>
          every {lasted(checkpoints.every)} · {count(checkpoints.taken)} taken · {count(checkpoints.failed)} failed · rows stood still for
          at most {lasted(checkpoints.pauseMs)}
        </span>
      </div>
    </section>
  )
}
