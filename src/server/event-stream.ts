import { TidemillError } from '../errors/index.ts'
import type { Asked, Service } from './route.ts'
import type { FeedEvent } from './feed.ts'

/** How often it is looked whether the client may still listen. */
const lookMs = 500
const heartbeatMs = 15_000
/** A client that takes nothing for so long is given up. */
const stalledMs = 60_000
/** Chunks that wait for the client; beyond them only the newest event of each name is kept. */
const waiting = 4

/**
 * Server-sent events of one job, or of all. It ends when the client leaves, when its session or token does, and when the server closes.
 *
 * @throws server.busy when too many listen
 */
export function eventStream(job: string | undefined, { request, entry }: Asked, service: Service): Response {
  const headers = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }
  if (request.method === 'HEAD') return new Response(null, { headers })
  if (service.streams.open >= service.limits.streams)
    throw new TidemillError('server.busy', `too many pages listen: ${service.limits.streams}`, { hint: 'close some of them' })
  const { clock, scheduler } = service
  const encoder = new TextEncoder()
  const pending = new Map<string, string>()
  let end: () => void = () => undefined
  let flush: () => void = () => undefined
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let ended = false
        let takenAt = clock.monotonic()
        let spokeAt = takenAt
        flush = () => {
          for (const [name, text] of pending) {
            if ((controller.desiredSize ?? 0) <= 0) return
            pending.delete(name)
            controller.enqueue(encoder.encode(text))
            takenAt = spokeAt = clock.monotonic()
          }
        }
        const say = (name: string, text: string): void => {
          if (pending.size === 0) takenAt = clock.monotonic()
          pending.set(name, text)
          flush()
        }
        const hear = (event: FeedEvent): void => {
          // A change says nothing to who has not taken the event before it.
          const missed = pending.has('status') || pending.has('change')
          const { name, data } = (missed ? event.whole?.() : undefined) ?? event
          if (name === 'status') pending.delete('change')
          say(name, `event: ${name}\ndata: ${data}\n\n`)
        }
        let cancel = (): void => undefined
        const look = (): void => {
          const now = clock.monotonic()
          if (!entry.holds() || (pending.size > 0 && now - takenAt >= stalledMs)) {
            end()
            return
          }
          if (now - spokeAt >= heartbeatMs) say('heartbeat', ': still here\n\n')
          cancel = scheduler.after(lookMs, look)
        }
        service.streams.open++
        say('begin', 'retry: 2000\n\n')
        const leave = service.feed.listen(job, hear)
        cancel = scheduler.after(lookMs, look)
        const { closing } = entry.connection
        end = () => {
          if (ended) return
          ended = true
          service.streams.open--
          leave()
          cancel()
          closing?.removeEventListener('abort', end)
          request.signal.removeEventListener('abort', end)
          try {
            controller.close()
          } catch {
            // The client has cancelled it already.
          }
        }
        closing?.addEventListener('abort', end)
        request.signal.addEventListener('abort', end)
        if (closing?.aborted === true || request.signal.aborted) end()
      },
      pull: () => flush(),
      cancel: () => end(),
    },
    { highWaterMark: waiting },
  )
  return new Response(body, { headers })
}
