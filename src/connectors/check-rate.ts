import { TidemillError } from '../errors/index.ts'
import { shown } from './check-options.ts'

/** @throws connectors.option for a rate, in rows a second, that is no positive number */
export function checkRate(of: string, rate: unknown): void {
  if (rate === undefined || (typeof rate === 'number' && rate > 0 && Number.isFinite(rate))) return
  throw new TidemillError('connectors.option', `rate of ${of} must be a positive number of rows a second, not ${shown(rate)}`, {
    details: { option: 'rate' },
  })
}
