import type { VNode } from 'preact'
import type { JobDetail } from '../../api/answers.ts'
import { bytes, count, none, percent, short } from '../../format/number.ts'
import { clock, lasted, when } from '../../format/time.ts'
import { Amount, Tile, type Trace } from '../../parts/tile.tsx'
import { heldBack } from '../../state/attention.ts'
import { isActive } from '../../state/feed.ts'

/** The key figures of a job. Each tells which counter it is and over what time. */
export function StreamTiles({ job }: { readonly job: JobDetail }): VNode {
  const { totals, checkpoints, steps } = job
  const trace = (counter: string, over: string): Trace => [
    ['figure', counter],
    ['over', over],
    ['at', clock(job.updatedAt)],
    ['threads', String(job.threads)],
  ]
  const active = isActive(job.state)
  const last = checkpoints.recent.at(-1)
  const state = steps.reduce((sum, step) => sum + step.stateBytes, 0)
  const keys = steps.reduce((sum, step) => sum + step.stateKeys, 0)
  const sinks = steps.filter(step => step.kind === 'sink').reduce((sum, step) => sum + step.rowsPerSecond, 0)
  const { p50, p99 } = totals.latencyMs
  // After a restart the job reads again from its last checkpoint, and counts again.
  const since = job.restarts === 0 ? 'since it was started' : 'since it was started; what is read again after a restart counts again'
  const all = job.restarts === 0 ? 'rows in all' : 'rows, some twice'
  return (
    <div class="tiles">
      {active ? (
        <Tile label="In" below={`${short(totals.lag)} rows waiting`} trace={trace('totals.rowsPerSecond', 'last second')}>
          <Amount text={count(Math.round(totals.rowsPerSecond))} unit="/s" />
        </Tile>
      ) : (
        <Tile label="In" below={all} trace={trace('totals.rowsIn', since)}>
          <Amount text={short(totals.rowsIn)} />
        </Tile>
      )}
      {active ? (
        <Tile label="Out" below={`${short(totals.rowsOut)} ${all}`} trace={trace('steps of kind sink, rowsPerSecond', 'last second')}>
          <Amount text={short(sinks)} unit="/s" />
        </Tile>
      ) : (
        <Tile label="Out" below={all} trace={trace('totals.rowsOut', since)}>
          <Amount text={short(totals.rowsOut)} />
        </Tile>
      )}
      <Tile label="Latency p50 / p99" below="read to sink" trace={trace('totals.latencyMs', 'as the job counts it')}>
        <Pair first={lasted(p50)} second={lasted(p99)} />
      </Tile>
      <Tile label="Watermark" below={behind(job)} trace={trace('totals.watermark', 'event time')}>
        <Amount text={when(totals.watermark, job.updatedAt)} />
      </Tile>
      <Tile
        label="Backpressure"
        below="largest share waited"
        grade={active && totals.backpressure >= heldBack ? 'warn' : undefined}
        trace={trace('totals.backpressure', 'last second')}
      >
        <Amount text={active ? percent(totals.backpressure) : none} />
      </Tile>
      <Tile label="State" below={`${count(keys)} keys`} trace={trace('steps, stateBytes', 'now')}>
        <Amount text={bytes(state)} />
      </Tile>
      <Tile
        label="Checkpoint"
        below={last === undefined ? 'none yet' : `no. ${count(last.seq)} in ${lasted(last.ms)}`}
        grade={checkpoints.failed > 0 ? 'warn' : undefined}
        trace={trace('checkpoints.recent', `every ${lasted(checkpoints.every)}`)}
      >
        {last === undefined ? (
          '–'
        ) : (
          <Amount text={active ? lasted(Math.max(0, job.updatedAt - last.at)) : clock(last.at)} unit={active ? 'ago' : ''} />
        )}
      </Tile>
    </div>
  )
}

/** Two figures; their unit once where it is the same. */
function Pair({ first, second }: { readonly first: string; readonly second: string }): VNode {
  const same = first.split(' ')[1] === second.split(' ')[1]
  return (
    <>
      {same ? first.split(' ')[0] : <Amount text={first} />} <small>/</small> <Amount text={second} />
    </>
  )
}

/** How far event time is behind the clock; nothing to say about events of long ago, such as a replay. */
function behind({ totals: { watermark }, updatedAt, state }: JobDetail): string {
  if (watermark === null) return 'no event time'
  if (!isActive(state)) return 'event time'
  const late = updatedAt - watermark
  return Math.abs(late) < 86_400_000 ? `${lasted(Math.abs(late))} ${late < 0 ? 'ahead of' : 'behind'} the clock` : 'event time'
}
