import { jobMetrics, prometheusText, prometheusType } from '../../telemetry/index.ts'
import { answer } from '../answer.ts'
import { eventStream } from '../event-stream.ts'
import { overviewOf } from '../overview.ts'
import type { ServedRoute } from '../route.ts'

/** What changes: once, as events, and as metrics. */
export const overview: ServedRoute = {
  method: 'GET',
  path: '/api/overview',
  open: false,
  summary: 'jobs, the newest runs, models, the machine',
  handle: async (_, service) => answer(await overviewOf(service)),
}
export const events: ServedRoute = {
  method: 'GET',
  path: '/api/events',
  open: false,
  summary: 'the overview as server-sent events, or with ?job=NAME the status of a job',
  handle: async (asked, service) => eventStream(new URL(asked.request.url).searchParams.get('job') ?? undefined, asked, service),
}
export const metrics: ServedRoute = {
  method: 'GET',
  path: '/metrics',
  open: false,
  summary: 'the server and its jobs for Prometheus',
  handle: async (_, service) => {
    const text = prometheusText([...service.metrics.snapshot(service.streams.open), ...jobMetrics(await service.jobs.list())])
    return new Response(text, { headers: { 'content-type': prometheusType, 'content-length': String(Buffer.byteLength(text)) } })
  },
}
