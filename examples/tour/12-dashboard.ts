import type { Session } from 'tidemill'
import { alerts, generate } from 'tidemill/connectors'
import { openWorkspace } from 'tidemill/models'
import { tokens } from 'tidemill/security'
import { app, dashboardFolder, listen } from 'tidemill/server'
import { tumbling } from 'tidemill/stream'

const begin = Date.UTC(2026, 0, 1)

/** A market that never closes, and the page to watch it. */
export async function dashboard(tm: Session, workspace: string, port = 0) {
  const offers = await tm.stream(
    generate({ schema: { at: 'timestamp', district: 'string', asked: 'float64' }, rate: 400 }, n => ({
      at: new Date(begin + n * 2.5),
      district: `district ${(n * 7) % 12}`,
      asked: 100_000 + ((n * 7_919) % 400_000),
    })),
    { eventTime: 'at' },
  )
  const dear = offers
    .filter(r => r.asked.gt(150_000))
    .named('dear-offers')
    .keyBy('district')
    .window(tumbling('1s'))
    .agg(r => ({ dearest: r.asked.max() }))
    .filter(r => r.dearest.gt(499_900))
  const job = await dear.to(alerts.console({ name: 'dearest offer' })).start({ name: 'market' })

  const known = tokens()
  const opened = await openWorkspace(workspace)
  const served = app({ tokens: known, workspace: opened, web: dashboardFolder() })
  const server = await listen(served, { port })
  return {
    job,
    url: server.url,
    link: () => served.onceLink(server.url),
    async close() {
      await job.stop()
      await server.close()
      await opened.close()
    },
  }
}
