/** Wall clocks of time zones. */
import { daysOfCivil } from '../schema/index.ts'
import { floorDivide } from './cast.ts'

const quarterHour = 900_000
const dayMicros = 86_400_000_000n

/** Offsets of a zone by moment, in milliseconds; looked up once for each quarter of an hour in which they do not change. */
class Zone {
  readonly #format: Intl.DateTimeFormat
  readonly #known = new Map<number, number | undefined>()

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      hourCycle: 'h23',
    })
  }

  offsetAt(at: number): number {
    // What a Date can be; the years beyond have the offset of its ends.
    const millis = Math.max(-8.64e15, Math.min(8.64e15 - quarterHour, at))
    const quarter = Math.floor(millis / quarterHour)
    const known = this.#known.get(quarter)
    if (known !== undefined) return known
    if (this.#known.has(quarter)) return this.#look(millis)
    if (this.#known.size > 100_000) this.#known.clear()
    const [first, last] = [this.#look(quarter * quarterHour), this.#look((quarter + 1) * quarterHour - 1)]
    this.#known.set(quarter, first === last ? first : undefined)
    return first === last ? first : this.#look(millis)
  }

  #look(millis: number): number {
    const parts: Record<string, string> = {}
    for (const { type, value } of this.#format.formatToParts(millis)) parts[type] = value
    const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year'])
    const days = daysOfCivil(year, Number(parts['month']), Number(parts['day']))
    const seconds = (Number(parts['hour']) * 60 + Number(parts['minute'])) * 60 + Number(parts['second'])
    return days * 86_400_000 + seconds * 1000 - Math.floor(millis / 1000) * 1000
  }
}

const zones = new Map<string, Zone>()

function zoneNamed(name: string): Zone {
  const known = zones.get(name)
  if (known !== undefined) return known
  const made = new Zone(name)
  zones.set(name, made)
  return made
}

/** What a clock in the zone shows at an instant, in microseconds. */
export function wallClock(timeZone: string): (micros: bigint) => bigint {
  if (timeZone === 'UTC') return micros => micros
  const zone = zoneNamed(timeZone)
  return micros => micros + BigInt(zone.offsetAt(Number(floorDivide(micros, 1000n)))) * 1000n
}

/**
 * The instant at which a clock in the zone shows this. An hour that comes twice means its first pass; one that is skipped is read with the offset before it, so
 * 02:30 becomes 03:30. It is the rule `compatible` of Temporal. Offsets are looked up a day before and a day after, as `atZone` of the dialect does.
 */
export function instantOf(timeZone: string): (wall: bigint) => bigint {
  const clock = wallClock(timeZone)
  return wall => {
    const before = wall - (clock(wall - dayMicros) - (wall - dayMicros))
    if (clock(before) === wall) return before
    const after = wall - (clock(wall + dayMicros) - (wall + dayMicros))
    return clock(after) === wall ? after : before
  }
}
