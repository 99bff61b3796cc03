import { expect, test } from 'vitest'
import { box, layOut, type Link } from './layout.ts'

const chain = (...ids: string[]): Link[] => ids.slice(1).map((to, i) => ({ from: ids[i] as string, to }))

function placesOf(ids: readonly string[], links: readonly Link[]): Record<string, readonly [column: number, y: number]> {
  return Object.fromEntries(layOut(ids, links).places.map(({ id, x, y }) => [id, [x / box.across, y] as const]))
}

test('a chain of steps stands in one straight line', () => {
  const laid = layOut(['source', 'filter', 'sink'], chain('source', 'filter', 'sink'))
  expect(laid.places.map(place => place.y)).toEqual([0, 0, 0])
  expect(laid.places.map(place => place.x)).toEqual([0, box.across, 2 * box.across])
  expect(laid.curves.map(curve => curve.path)).toEqual([
    `M${box.width} 31L${box.across} 31`,
    `M${box.across + box.width} 31L${2 * box.across} 31`,
  ])
  expect(laid).toMatchObject({ width: 2 * box.across + box.width, height: box.height })
})

test('a step stands in the middle of those it feeds', () => {
  const places = placesOf(['score', 'alerts', 'archive'], [...chain('score', 'alerts'), ...chain('score', 'archive')])
  expect(places).toEqual({ score: [0, box.down / 2], alerts: [1, 0], archive: [1, box.down] })
})

test('a link over a column goes around the box in it', () => {
  const laid = layOut(['score', 'filter', 'alerts', 'archive'], [...chain('score', 'filter', 'alerts'), { from: 'score', to: 'archive' }])
  const at = new Map(laid.places.map(place => [place.id, place]))
  // `archive` needs no more than one column; nothing overlaps.
  expect(at.get('archive')?.x).toBe(box.across)
  expect(Math.abs((at.get('archive')?.y ?? 0) - (at.get('filter')?.y ?? 0))).toBeGreaterThanOrEqual(box.height)
  const far = layOut(['a', 'b', 'c'], [...chain('a', 'b', 'c'), { from: 'a', to: 'c' }])
  const b = far.places.find(place => place.id === 'b')
  const over = far.curves.find(curve => curve.to === 'c' && curve.from === 'a')?.path.match(/C[\d. ]+ (\d+) (\d+)L/)
  expect(over).not.toBeNull()
  expect(Math.abs(Number(over?.[2]) - ((b?.y ?? 0) + box.height / 2))).toBeGreaterThanOrEqual(box.height)
})

test('no two boxes overlap and every link goes to the right, whatever the graph', () => {
  let seed = 7
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  for (let round = 0; round < 200; round++) {
    const ids = Array.from({ length: 1 + random(12) }, (_, i) => `s${i}`)
    const links = ids.flatMap((to, i) => (i === 0 ? [] : Array.from({ length: random(3) }, () => ({ from: ids[random(i)] as string, to }))))
    const { places, width, height } = layOut(ids, links)
    expect(places).toHaveLength(ids.length)
    for (const [i, a] of places.entries()) {
      expect(a.x >= 0 && a.y >= 0 && a.x + box.width <= width && a.y + box.height <= height).toBe(true)
      for (const b of places.slice(i + 1)) expect(a.x !== b.x || Math.abs(a.y - b.y) >= box.height, `${round}`).toBe(true)
    }
    const x = new Map(places.map(place => [place.id, place.x]))
    for (const { from, to } of links) expect((x.get(to) ?? 0) > (x.get(from) ?? 0)).toBe(true)
  }
})

test('a ring, a loop and a link to nowhere do not hang it', () => {
  const laid = layOut(['a', 'b', 'c'], [...chain('a', 'b', 'a'), ...chain('c', 'c'), ...chain('b', 'gone')])
  expect(laid.places.map(place => place.id).sort()).toEqual(['a', 'b', 'c'])
  expect(new Set(laid.places.map(place => `${place.x} ${place.y}`)).size).toBe(3)
  expect(layOut([], [])).toEqual({ places: [], curves: [], width: box.width, height: box.height })
})
