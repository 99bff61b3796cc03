import { none } from './number.ts'

/** How long something took: `0.4 ms`, `38 ms`, `1.2 s`, `41 s`, `3 m 41 s`, `6 d 4 h`. */
export function lasted(ms: number | null): string {
  if (ms === null) return none
  if (ms < 0) return `−${lasted(-ms)}`
  if (ms < 9.95) return `${ms === 0 ? '0' : Math.max(0.1, Math.round(ms * 10) / 10)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9950) return `${Math.round(ms / 100) / 10} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
  if (days > 0) return two(days, 'd', hours, 'h')
  return hours > 0 ? two(hours, 'h', minutes, 'm') : two(minutes, 'm', seconds % 60, 's')
}

/** Time of day of the reader: `14:02:07`. */
export function clock(at: number | null, zone?: string): string {
  return at === null ? none : formatter('clock', zone).format(at)
}

/** Day and time of the reader: `21 Nov 2026, 14:02`. */
export function moment(at: number | null, zone?: string): string {
  return at === null ? none : formatter('moment', zone).format(at)
}

/** A moment as short as it can be: `14:02:07` within twelve hours of now, else with its day. */
export function when(at: number | null, now: number, zone?: string): string {
  return at !== null && Math.abs(now - at) < 12 * 3_600_000 ? clock(at, zone) : moment(at, zone)
}

function two(first: number, unit: string, second: number, small: string): string {
  return second === 0 ? `${first} ${unit}` : `${first} ${unit} ${second} ${small}`
}

const shapes = {
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  moment: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

// Making one takes longer than all its uses on a page.
const made = new Map<string, Intl.DateTimeFormat>()

function formatter(shape: keyof typeof shapes, zone: string | undefined): Intl.DateTimeFormat {
  const key = `${shape} ${zone}`
  let one = made.get(key)
  if (one === undefined) {
    one = new Intl.DateTimeFormat('en-GB', { ...shapes[shape], ...(zone === undefined ? {} : { timeZone: zone }) })
    made.set(key, one)
  }
  return one
}
