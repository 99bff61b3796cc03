import { errorCodes } from '../../src/errors/index.ts'
import { type Page, page, table } from './page.ts'

/** Every error code, by room. */
export function errorsPage(): Page {
  const rooms = Map.groupBy(Object.entries(errorCodes), ([code]) => code.split('.')[0] ?? '')
  const parts = [...rooms].map(
    ([room, codes]) =>
      `## ${room}\n${table(
        ['code', 'meaning'],
        codes.map(([code, meaning]) => [`\`${code}\``, meaning]),
      )}`,
  )
  const about =
    'Every error is a `TidemillError` with a `code`, a `message` that names the offending value, `details` for programs, and often a `hint`. A code never changes its meaning. `tidemill doctor --codes` prints this list.'
  return page('errors.md', 'Error codes', 'src/errors/codes.ts', about, ...parts)
}
