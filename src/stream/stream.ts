import { TidemillError } from '../errors/index.ts'
import {
  type Description,
  describe,
  inspected,
  jupyterBundle,
  type JupyterBundle,
  jupyterDisplay,
  renderTerminal,
} from '../display/index.ts'
import {
  changesOf,
  type Engine,
  type Explanation,
  type ExplainOptions,
  explainPlan,
  lazySite,
  type MapOptions,
  type OnErrorArgs,
  type Plan,
  RowSteps,
  type Spec,
  verbs,
} from '../plan/index.ts'
import { printType } from '../schema/index.ts'
import { checkStream } from './check.ts'
import { keyed, type Keyed } from './keyed.ts'
import { noStreams } from './no-streams.ts'
import { outlet } from './outlet.ts'
import type { Outlet, Stream, Window } from './types.ts'
import { windowed, type Windowed } from './windowed.ts'

/**
 * A lazy stream over a plan whose source has no end.
 *
 * @example
 * const sensors = stream<{ machine: string }>(plan, engine)
 */
export function stream<R>(plan: Plan, engine: Engine): Stream<R> {
  // The one place where rows get the type the caller vouches for: the class works on plans and knows no row type.
  return new Rows(plan, engine) as unknown as Stream<R>
}

/** The class behind `Stream`: an index of its verbs over plain plans. */
class Rows extends RowSteps<Rows> {
  derive(plan: Plan): Rows {
    return new Rows(plan, this.engine)
  }

  override map(each: Function, options?: MapOptions): Rows {
    checkStream.map('map', options)
    return super.map(each, options)
  }
  override flatMap(each: Function, options?: MapOptions): Rows {
    checkStream.map('flatMap', options)
    return super.flatMap(each, options)
  }
  override mapBatches(each: Function, options?: MapOptions): Rows {
    checkStream.map('mapBatches', options)
    return super.mapBatches(each, options)
  }
  keyBy(...keys: readonly string[]): Keyed {
    checkStream.keyBy(keys)
    return keyed(this.plan, keys, plan => this.derive(plan))
  }
  window(window: Window): Windowed {
    checkStream.window(window)
    return windowed(this.plan, { keys: [], window, allowed: 0 }, plan => this.derive(plan))
  }
  late(): Rows {
    return this.derive(verbs.late(this.plan, {}, lazySite()))
  }
  named(step: string): Rows {
    checkStream.named(step)
    return this.derive(verbs.stepName(this.plan, { name: step }, lazySite()))
  }
  onError(policy: 'fail' | 'skip' | { readonly retries?: number; readonly otherwise?: 'fail' | 'skip' | Spec }): Rows {
    checkStream.onError(policy)
    return this.derive(verbs.onError(this.plan, onErrorArgs(policy), lazySite()))
  }
  to(...sinks: readonly Spec[]): Outlet {
    checkStream.to(sinks)
    const at = lazySite()
    return outlet(
      sinks.map(sink => verbs.sink(this.plan, { sink }, at)),
      this.engine,
    )
  }

  async explain(options: ExplainOptions = {}): Promise<Explanation> {
    if (options.analyze === true)
      throw new TidemillError('stream.unsupported', 'a stream does not end, so there is no run to analyse', {
        hint: 'tm.jobs tells what each step of a running job does; tm.table(stream) can be analysed',
      })
    if (this.engine.explainJob === undefined) throw noStreams(this.engine)
    const collected = verbs.sink(this.plan, { sink: { kind: 'collect', options: {}, updates: true } }, lazySite())
    return explainPlan(this.plan, this.engine.explainJob({ kind: 'stream', sinks: [collected] }))
  }

  [inspected](): string {
    return renderTerminal(this[describe](), { width: 100, color: false })
  }
  [jupyterDisplay](): JupyterBundle {
    return jupyterBundle(this[describe]())
  }
  [describe](): Description {
    const { fields } = this.plan
    return {
      kind: 'table',
      title: 'Stream',
      columns: [
        { name: 'column', type: '', align: 'left' },
        { name: 'type', type: '', align: 'left' },
      ],
      rows: fields.map(field => [field.name, `${printType(field.type)}${field.nullable ? '?' : ''}`]),
      total: fields.length,
      shown: fields.length,
      note: `${changesOf(this.plan) === 'update' ? 'later rows may correct earlier ones; ' : ''}rows flow when to(sink).start({ name }) runs`,
    }
  }

  /** Windows of SQL look at all rows, and a stream has no end. */
  protected override get kinds(): readonly 'column'[] {
    return ['column']
  }
}

function onErrorArgs(policy: 'fail' | 'skip' | { readonly retries?: number; readonly otherwise?: 'fail' | 'skip' | Spec }): OnErrorArgs {
  if (typeof policy === 'string') return { retries: 0, otherwise: policy }
  const { retries = 0, otherwise = 'fail' } = policy
  return typeof otherwise === 'string' ? { retries, otherwise } : { retries, otherwise: 'dead-letter', sink: otherwise }
}
