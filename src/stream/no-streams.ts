import { TidemillError } from '../errors/index.ts'
import type { Engine } from '../plan/index.ts'

/** What an engine without a stream runtime answers. */
export function noStreams(engine: Engine): TidemillError {
  return new TidemillError('session.engine', `no streams on ${engine.name}`, { hint: 'the engine `embedded` runs them' })
}
