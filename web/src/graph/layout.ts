/** Places for the steps of a graph: columns by the longest way from a source, few crossings, straight lines where they can be. */

export interface Link {
  readonly from: string
  readonly to: string
}
export interface Place {
  readonly id: string
  readonly x: number
  readonly y: number
}
export interface Curve extends Link {
  /** Of an SVG path, in the same pixels as the places. */
  readonly path: string
  /** Where a word on it stands: the middle of its first stretch. */
  readonly x: number
  readonly y: number
}
export interface Layout {
  readonly places: readonly Place[]
  readonly curves: readonly Curve[]
  readonly width: number
  readonly height: number
}

/** Pixels of a box, and from one box to the next. */
export const box = { width: 138, height: 62, across: 204, down: 88 } as const

interface Spot {
  readonly id: string
  readonly column: number
  readonly before: Spot[]
  readonly after: Spot[]
  row: number
}

/**
 * Lays out a graph without rings. Links to unknown steps, and those that would close a ring, are left out of the columns but drawn.
 *
 * Pure: the same steps and links in the same order give the same pixels.
 */
export function layOut(ids: readonly string[], links: readonly Link[]): Layout {
  const known = new Set(ids)
  const real = links.filter(({ from, to }) => known.has(from) && known.has(to) && from !== to)
  const columns = columnsOf(ids, real)
  const { spots, ways } = spread(ids, real, columns)
  const layers = Map.groupBy(spots, spot => spot.column)
  const ordered = [...layers.keys()].sort((a, b) => a - b).map(column => layers.get(column) as Spot[])
  untangle(ordered)
  settle(ordered)
  const top = Math.min(0, ...spots.map(spot => spot.row))
  const x = (spot: Spot): number => spot.column * box.across
  const y = (spot: Spot): number => Math.round((spot.row - top) * box.down)
  const places = spots.filter(spot => known.has(spot.id)).map(spot => ({ id: spot.id, x: x(spot), y: y(spot) }))
  const curves = ways.map(({ link, through }) =>
    curveOf(
      link,
      through.map(spot => ({ id: spot.id, x: x(spot), y: y(spot) })),
      known,
    ),
  )
  return {
    places,
    curves,
    width: Math.max(0, ...places.map(place => place.x)) + box.width,
    height: Math.max(0, ...spots.map(y)) + box.height,
  }
}

/** Longest way from a source, by removing what has no more inputs. What stays behind is in a ring and comes after all others. */
function columnsOf(ids: readonly string[], links: readonly Link[]): ReadonlyMap<string, number> {
  const columns = new Map<string, number>()
  const waiting = new Map(ids.map(id => [id, links.filter(link => link.to === id).length]))
  let ready = ids.filter(id => waiting.get(id) === 0)
  while (ready.length > 0) {
    const next: string[] = []
    for (const id of ready) {
      columns.set(id, columns.get(id) ?? 0)
      for (const { to } of links.filter(link => link.from === id)) {
        columns.set(to, Math.max(columns.get(to) ?? 0, (columns.get(id) ?? 0) + 1))
        const left = (waiting.get(to) ?? 0) - 1
        waiting.set(to, left)
        if (left === 0) next.push(to)
      }
    }
    ready = next
  }
  let last = Math.max(-1, ...columns.values())
  for (const id of ids) if ((waiting.get(id) ?? 0) > 0) columns.set(id, ++last)
  return columns
}

/** A link over several columns gets an empty spot in each of them, so that it goes around the boxes there. */
function spread(
  ids: readonly string[],
  links: readonly Link[],
  columns: ReadonlyMap<string, number>,
): { spots: Spot[]; ways: { link: Link; through: Spot[] }[] } {
  const spots = ids.map((id, row): Spot => ({ id, column: columns.get(id) ?? 0, before: [], after: [], row }))
  const byId = new Map(spots.map(spot => [spot.id, spot]))
  const ways = links.map(link => {
    const from = byId.get(link.from) as Spot
    const to = byId.get(link.to) as Spot
    const through = [from]
    for (let column = from.column + 1; column < to.column; column++)
      through.push({ id: `\u0000${link.from}\u0000${link.to}\u0000${column}`, column, before: [], after: [], row: spots.length })
    spots.push(...through.slice(1))
    through.push(to)
    if (to.column > from.column)
      for (const [i, spot] of through.entries()) {
        const next = through[i + 1]
        if (next === undefined) break
        spot.after.push(next)
        next.before.push(spot)
      }
    return { link, through }
  })
  return { spots, ways }
}

/** Orders each column by the middle of its neighbours, forth and back. */
function untangle(layers: readonly Spot[][]): void {
  for (const layer of layers) for (const [row, spot] of layer.entries()) spot.row = row
  for (let round = 0; round < 4; round++) {
    const forth = round % 2 === 0
    for (const layer of forth ? layers : layers.toReversed()) {
      const middle = new Map(layer.map(spot => [spot, mean(forth ? spot.before : spot.after) ?? spot.row]))
      layer.sort((a, b) => (middle.get(a) as number) - (middle.get(b) as number) || a.row - b.row)
      for (const [row, spot] of layer.entries()) spot.row = row
    }
  }
}

/** Moves each spot towards its neighbours as far as the order and a whole row between two allow. */
function settle(layers: readonly Spot[][]): void {
  for (let round = 0; round < 8; round++) {
    const forth = round % 2 === 0
    for (const layer of forth ? layers : layers.toReversed()) {
      const wanted = layer.map(spot => mean(forth ? spot.before : spot.after) ?? spot.row)
      let floor = Number.NEGATIVE_INFINITY
      for (const [i, spot] of layer.entries()) {
        spot.row = Math.max(floor, wanted[i] as number)
        floor = spot.row + 1
      }
      // Pushed down by those above, all by the same, so that the column as a whole stays where its neighbours are.
      const off = layer.reduce((sum, spot, i) => sum + spot.row - (wanted[i] as number), 0) / layer.length
      for (const spot of layer) spot.row -= off
    }
  }
}

function mean(spots: readonly Spot[]): number | undefined {
  return spots.length === 0 ? undefined : spots.reduce((sum, spot) => sum + spot.row, 0) / spots.length
}

function curveOf(link: Link, through: readonly Place[], known: ReadonlySet<string>): Curve {
  const middle = box.height / 2
  const points = through.flatMap(({ id, x, y }, i) => {
    // An empty spot is crossed from side to side at its height.
    if (!known.has(id)) return [[x, y + middle] as const, [x + box.width, y + middle] as const]
    return [[i === 0 ? x + box.width : x, y + middle] as const]
  })
  const [first = [0, 0], ...rest] = points
  let [x, y] = first
  let path = `M${x} ${y}`
  for (const [nextX, nextY] of rest) {
    const half = (x + nextX) / 2
    path += nextY === y ? `L${nextX} ${nextY}` : `C${half} ${y} ${half} ${nextY} ${nextX} ${nextY}`
    ;[x, y] = [nextX, nextY]
  }
  const [second = first] = rest
  return { ...link, path, x: (first[0] + second[0]) / 2, y: (first[1] + second[1]) / 2 }
}
