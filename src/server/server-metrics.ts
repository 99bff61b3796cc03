import { type Family, meter } from '../telemetry/index.ts'

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST'])
/** Seconds. */
const bounds: readonly number[] = Object.freeze([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])

/** What a server counts of itself. */
export interface ServerMetrics {
  /** `route`: its path in the table; undefined for what was refused or not found before a route. */
  answered(route: string | undefined, method: string, status: number, ms: number): void
  /** `streams`: pages that listen now. */
  snapshot(streams: number): readonly Family[]
}

/** Counts requests by route, method and status, and how long they took until their answer began. */
export function serverMetrics(): ServerMetrics {
  const metrics = meter()
  const labels = ['route', 'method', 'status']
  const requests = metrics.counter('tidemill_http_requests_total', { help: 'requests answered', labels })
  const took = metrics.histogram('tidemill_http_request_seconds', { help: 'time until the answer began', labels: ['route'], bounds })
  const listening = metrics.gauge('tidemill_event_streams', { help: 'pages that listen' })
  const memory = metrics.gauge('process_resident_memory_bytes', { help: 'memory of the process of the server' })
  return {
    answered(route = 'none', method, status, ms) {
      requests.add(1, { route, method: methods.has(method) ? method : 'other', status: String(status) })
      took.observe(ms / 1000, { route })
    },
    snapshot(streams) {
      listening.set(streams)
      memory.set(process.memoryUsage.rss())
      return metrics.snapshot()
    },
  }
}
