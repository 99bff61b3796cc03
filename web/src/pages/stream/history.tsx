import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { JobDetail } from '../../api/answers.ts'
import { LiveChart } from '../../chart/live-chart.tsx'

/** The last minutes as lines. */
export function History({ points }: { readonly points: JobDetail['history'] }): VNode {
  const { times, rate, latency, lag } = useMemo(
    () => ({
      times: points.map(point => point.at),
      rate: [
        { name: 'read', colour: '--c1', values: points.map(point => point.rowsPerSecond) },
        { name: 'written', colour: '--c2', dashed: true, values: points.map(point => point.outPerSecond) },
      ],
      latency: [{ name: 'p99', colour: '--q5', values: points.map(point => point.p99) }],
      lag: [{ name: 'waiting', colour: '--c1', values: points.map(point => point.lag) }],
    }),
    [points],
  )
  return (
    <div class="grid even">
      <section class="card w4">
        <div class="pad">
          <LiveChart id="rate" title="Rows/s" times={times} lines={rate} whole />
        </div>
      </section>
      <section class="card w4">
        <div class="pad">
          <LiveChart id="latency" title="Latency, ms" times={times} lines={latency} />
        </div>
      </section>
      <section class="card w4">
        <div class="pad">
          <LiveChart id="lag" title="Lag, rows" times={times} lines={lag} whole />
        </div>
      </section>
    </div>
  )
}
