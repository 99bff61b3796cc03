import type { Scheduler } from '../../../../time/index.ts'
import type { Disk, Io } from '../seams.ts'
import type { Collector } from './collect-sink.ts'

/** What a sink needs of the job it belongs to. */
export interface SinkPlace {
  /** Id of the job. */
  readonly job: string
  /** The name under which people know it. Default: the id. */
  readonly name?: string | undefined
  /** The job's folder, absolute; outboxes lie in `outbox` below it. */
  readonly folder: string
  readonly disk: Disk
  /** For the time-outs of requests. Default: that of the system. */
  readonly scheduler?: Scheduler | undefined
  /** Where the console sink prints. Default: standard output. */
  readonly print?: ((text: string) => void) | undefined
  /** Where the webhook sink sends. Default: `fetch`. */
  readonly send?: Send | undefined
  /** Where the collect sink puts rows; it lives longer than an attempt. */
  readonly collector?: Collector | undefined
}

/** A POST. Throws when no answer comes in time. */
export type Send = (request: SendRequest) => Io<{ readonly status: number }>
export interface SendRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeoutMs: number
}
