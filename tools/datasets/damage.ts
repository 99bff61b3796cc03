/** Which blocks of the California table are damaged, and the damaged text. */
import { seededRandom } from '../../src/time/index.ts'

/** Block ids count from 1 in the order of the file; no block is damaged twice. */
export interface DamageList {
  readonly seed: number
  /** Blocks whose `households` is emptied. */
  readonly householdsNull: readonly number[]
  /** Blocks whose `total_rooms` is negated. */
  readonly roomsNegative: readonly number[]
  /** Blocks that come a second time, right behind the block `after`. */
  readonly repeated: readonly { readonly block: number; readonly after: number }[]
}

const seed = 20_261_121
const counts = { householdsNull: 40, roomsNegative: 25, repeated: 15 }

/** The list for so many blocks. */
export function damageList(blocks: number): DamageList {
  const random = seededRandom(seed)
  const taken = new Set<number>()
  const draw = (): number => {
    for (;;) {
      const block = 1 + Math.floor(random.next() * blocks)
      if (taken.has(block)) continue
      taken.add(block)
      return block
    }
  }
  const some = (count: number): number[] => Array.from({ length: count }, draw).sort((a, b) => a - b)
  const householdsNull = some(counts.householdsNull)
  const roomsNegative = some(counts.roomsNegative)
  const repeated = some(counts.repeated).map(block => ({ block, after: block + Math.floor(random.next() * (blocks - block + 1)) }))
  return { seed, householdsNull, roomsNegative, repeated }
}

/** The CSV text of the blocks with a `block_id` in front and the damages of the list. */
export function damaged(csv: string, list: DamageList): string {
  const [header = '', ...lines] = csv.trimEnd().split('\n')
  const names = header.split(',')
  const [households, rooms] = [names.indexOf('households'), names.indexOf('total_rooms')]
  const [empty, negative] = [new Set(list.householdsNull), new Set(list.roomsNegative)]
  const out = [`block_id,${header}`]
  lines.forEach((line, index) => {
    const block = index + 1
    const cells = line.split(',')
    if (empty.has(block)) cells[households] = ''
    if (negative.has(block)) cells[rooms] = `-${cells[rooms]}`
    out.push(`${block},${cells.join(',')}`)
    for (const again of list.repeated) if (again.after === block) out.push(`${again.block},${lines[again.block - 1]}`)
  })
  return `${out.join('\n')}\n`
}
