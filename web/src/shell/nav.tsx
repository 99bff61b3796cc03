import type { VNode } from 'preact'
import type { Overview } from '../api/answers.ts'
import { bytes, count } from '../format/number.ts'
import { Icon, Mark } from '../parts/icon.tsx'
import type { Route } from '../router/route.ts'

/** The rooms there are, with the key that follows `g`. */
export const rooms = [
  { key: 'o', path: '/', title: 'Overview', icon: 'home', pages: ['overview'] },
  { key: 's', path: '/streams', title: 'Streams', icon: 'streams', pages: ['streams', 'stream'] },
  { key: 'e', path: '/runs', title: 'Experiments', icon: 'runs', pages: ['runs', 'run'] },
  { key: 'k', path: '/kept', title: 'Kept runs', icon: 'kept', pages: ['kept-runs', 'kept-run'] },
  { key: 'm', path: '/models', title: 'Models', icon: 'models', pages: ['models', 'model'] },
] as const

/** The list of rooms: a column, a rail below 1,000 pixels, behind a button below 760. */
export function Nav({ page, overview }: { readonly page: Route['page']; readonly overview: Overview | undefined }): VNode {
  const amounts: Partial<Record<string, number>> =
    overview === undefined ? {} : { '/streams': overview.jobs.length, '/models': overview.models.length }
  const machine = overview?.machine
  const used = machine === undefined ? 0 : machine.memoryBytes - machine.freeBytes
  return (
    <nav class="nav" id="nav" popover="auto" aria-label="Rooms">
      <a class="brand" href="/">
        <Mark />
        <span>Tidemill</span>
      </a>
      {rooms.map(({ path, title, icon, pages }) => (
        <a
          key={path}
          class="room"
          href={path}
          title={title}
          aria-current={(pages as readonly string[]).includes(page) ? 'page' : undefined}
          onClick={() => document.getElementById('nav')?.hidePopover()}
        >
          <Icon name={icon} />
          <span>{title}</span> {amounts[path] === undefined ? null : <b class="n">{count(amounts[path])}</b>}
        </a>
      ))}
      {machine === undefined ? null : (
        <div class="foot">
          <div class="kv">
            <span>{machine.platform}</span>
            <span>
              {machine.cpus} {machine.cpus === 1 ? 'core' : 'cores'}
            </span>
          </div>
          <div>
            <div class="kv">
              <span>memory</span>
              <span>
                {bytes(used)} of {bytes(machine.memoryBytes)}
              </span>
            </div>
            <div class="meter" role="img" aria-label={`memory ${Math.round((100 * used) / machine.memoryBytes)} percent`}>
              <i style={{ width: `${(100 * used) / machine.memoryBytes}%` }} />
            </div>
          </div>
          <div class="kv">
            <span>Tidemill</span>
            <span>{overview?.tidemill}</span>
          </div>
        </div>
      )}
    </nav>
  )
}
