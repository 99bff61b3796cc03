import type { Layout } from './layout.ts'

/** The step an arrow key leads to: left and right along the links, up and down in the column; undefined where there is none. */
export function nextStep({ places, curves }: Pick<Layout, 'places' | 'curves'>, from: string, key: string): string | undefined {
  const here = places.find(place => place.id === from)
  if (here === undefined) return undefined
  const nearest = (ids: readonly string[]): string | undefined =>
    places.filter(place => ids.includes(place.id)).sort((a, b) => Math.abs(a.y - here.y) - Math.abs(b.y - here.y))[0]?.id
  const column = places.filter(place => place.x === here.x && place.id !== from)
  switch (key) {
    case 'ArrowRight':
      return nearest(curves.filter(curve => curve.from === from).map(curve => curve.to))
    case 'ArrowLeft':
      return nearest(curves.filter(curve => curve.to === from).map(curve => curve.from))
    case 'ArrowUp':
      return nearest(column.filter(place => place.y < here.y).map(place => place.id))
    case 'ArrowDown':
      return nearest(column.filter(place => place.y > here.y).map(place => place.id))
    default:
      return undefined
  }
}
