import type UPlot from 'uplot'
import { short } from '../format/number.ts'
import { clock } from '../format/time.ts'
import { colourReader } from './colours.ts'
import type { Line } from './series.ts'

export interface Painted {
  readonly plot: UPlot
  end(): void
}

const height = 152
/** Steps of an axis whose amounts are counted: none below 1. */
const wholeSteps = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map(step => step * 10 ** power)).flat()

/** Half of a word of the time axis. */
const edge = 24
const second = 1000
const minute = 60 * second
/** Steps of the axis of time: two or three on a narrow chart of five minutes. */
const timeSteps = [...[1, 2, 5, 10, 15, 30].map(step => step * second), ...[1, 2, 3, 5, 10, 15, 30, 60].map(step => step * minute)]

/**
 * Paints lines over time into an element, as wide as it is, also when that changes. Colours are read from the tokens at each painting.
 *
 * @param point hears the index and pixel under the pointer, undefined when it leaves
 */
export async function paint(
  host: HTMLElement,
  { lines, whole }: { readonly lines: readonly Line[]; readonly whole: boolean },
  point: (index: number | undefined, left: number) => void,
): Promise<Painted> {
  const { default: Chart } = await import('uplot')
  const colour = colourReader(host)
  const font = `11px ${getComputedStyle(host).fontFamily}`
  const axis = { stroke: () => colour('--text-3'), font, ticks: { show: false } }
  const plot = new Chart(
    {
      width: Math.max(80, host.clientWidth),
      height,
      ms: 1,
      padding: [6, 4, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } },
      scales: { y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [
        {
          ...axis,
          size: 24,
          space: 72,
          incrs: timeSteps,
          grid: { show: false },
          // A word at the edge would be cut in the middle.
          values: (self, ticks) =>
            ticks.map(tick => (self.valToPos(tick, 'x') > self.bbox.width / devicePixelRatio - edge ? '' : clock(tick))),
        },
        {
          ...axis,
          size: 46,
          ...(whole ? { incrs: wholeSteps } : {}),
          space: 30,
          grid: { stroke: () => colour('--line'), width: 1 },
          values: (_, ticks) => ticks.map(tickText),
        },
      ],
      series: [
        {},
        ...lines.map(({ name, colour: token, dashed = false }, i) => ({
          label: name,
          stroke: () => colour(token),
          width: 1.5,
          points: {
            show: true,
            size: 4,
            width: 0,
            fill: () => colour(token),
            filter: (self: UPlot, index: number) => alone(self.data[index] ?? []),
          },
          ...(dashed ? { dash: [5, 3] } : {}),
          ...(i === 0 && lines.length === 1 ? { fill: () => faded(colour(token)) } : {}),
        })),
      ],
      hooks: {
        setCursor: [self => point(self.cursor.idx ?? undefined, (self.cursor.left ?? 0) + self.bbox.left / devicePixelRatio)],
      },
    },
    [[], ...lines.map(() => [])],
    host,
  )
  const watch = new ResizeObserver(() => plot.setSize({ width: Math.max(80, host.clientWidth), height }))
  watch.observe(host)
  return {
    plot,
    end() {
      watch.disconnect()
      plot.destroy()
    },
  }
}

/** As short as anywhere, but never rounded: ticks are a quarter apart at times. */
function tickText(tick: number): string {
  return Number.isInteger(tick) || Math.abs(tick) >= 10 ? short(tick) : String(Number(tick.toPrecision(3)))
}

/** Where a value stands with none before and none after it: no line goes there, and without a point it would not be seen. */
function alone(values: ArrayLike<number | null | undefined>): number[] {
  const known = (i: number): boolean => values[i] !== null && values[i] !== undefined
  return Array.from({ length: values.length }, (_, i) => i).filter(i => known(i) && !known(i - 1) && !known(i + 1))
}

/** The same colour, so thin that lines behind it are seen. */
function faded(colour: string): string {
  return colour.replace(/^rgb\((.*)\)$/, 'rgb($1, 0.14)')
}
