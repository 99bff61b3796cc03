import { type Description, describe, inspected, jupyterBundle, type JupyterBundle, jupyterDisplay } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type Engine, type JobPlan, printPlan, type SinkNode } from '../plan/index.ts'
import { checkStream, wholeMs } from './check.ts'
import { type Job, jobOf } from './job.ts'
import { noStreams } from './no-streams.ts'
import type { JobOptions, Outlet } from './types.ts'

/** Streams that end in sinks. */
export function outlet(sinks: readonly SinkNode[], engine: Engine): Outlet {
  return new Ends(sinks, engine)
}

class Ends implements Outlet {
  readonly sinks: readonly SinkNode[]
  readonly engine: Engine

  constructor(sinks: readonly SinkNode[], engine: Engine) {
    this.sinks = sinks
    this.engine = engine
  }

  and(...others: readonly Outlet[]): Outlet {
    const all: SinkNode[] = [...this.sinks]
    for (const other of others) {
      if (!(other instanceof Ends)) throw new TidemillError('stream.argument', 'and wants what to(sink) gives')
      if (other.engine !== this.engine)
        throw new TidemillError('stream.argument', `one job on two engines: ${this.engine.name} and ${other.engine.name}`, {
          hint: 'begin both streams in one session',
        })
      all.push(...other.sinks)
    }
    return new Ends(all, this.engine)
  }

  explain(): string {
    if (this.engine.explainJob === undefined) throw noStreams(this.engine)
    return this.engine.explainJob(this.#plan())
  }

  async start(options: JobOptions): Promise<Job> {
    checkStream.start(options)
    if (this.engine.start === undefined) throw noStreams(this.engine)
    const { name, checkpoint, parallelism, from, signal } = options
    const checkpointMs = checkpoint === undefined ? undefined : wholeMs('checkpoint', checkpoint)
    return jobOf(await this.engine.start(this.#plan(), { name, checkpointMs, parallelism, from, signal }))
  }

  #plan(): JobPlan {
    return { kind: 'stream', sinks: this.sinks }
  }
  [inspected](): string {
    return this.#text()
  }
  [jupyterDisplay](): JupyterBundle {
    return jupyterBundle(this[describe]())
  }
  [describe](): Description {
    return { kind: 'text', text: this.#text() }
  }
  #text(): string {
    return this.sinks.map(printPlan).join('\n\n')
  }
}
