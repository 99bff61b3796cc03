import type { Markish } from '@observablehq/plot'
import { figure } from '../figures.ts'
import { cellText } from '../summary.ts'
import type { Cell, HeatPanel } from '../types.ts'
import type { Canvas, SvgElement } from './canvas.ts'
import { classesOf } from './classes.ts'
import { cellsPath } from './dots-path.ts'
import { frame } from './frame.ts'
import { pixelsOf } from './ticks.ts'
import { tipsOf } from './tips.ts'

const mostTips = 1_000

/** Cells by class of amount; text in them where it has room. */
export function drawHeat(panel: HeatPanel, canvas: Canvas): SvgElement {
  const { Plot, paint, width } = canvas
  const { cells, xEdges, yEdges, rule } = panel
  const classes = classesOf(
    cells.map(cell => cell.value),
    panel.of,
    panel.scale,
  )
  const [across, up] = [panel.x.categories ?? [], panel.y.categories ?? []]
  const widest = Math.max(0, ...up.map(pixelsOf))
  const left = yEdges === undefined ? Math.min(width * 0.35, widest + 16) : 50
  const band = (width - left - 14) / Math.max(1, xEdges === undefined ? across.length : xEdges.length - 1)
  const height = heightOf(panel, width)
  const parts = classes.legend.map(({ index }) => ({ index, part: cells.filter(cell => classes.of(cell.value) === index) }))
  const marks: Markish[] = parts.map(({ index, part }) => {
    const fill = paint(classes.inkOf(index).fill)
    return markOf(panel, canvas, part, fill)
  })
  if (xEdges === undefined && yEdges === undefined && cells.every(cell => fits(cell, band)))
    for (const { index, part } of parts)
      marks.push(
        Plot.text(part, {
          x: (cell: Cell) => cell.x,
          y: (cell: Cell) => cell.y,
          text: (cell: Cell) => cell.text ?? '',
          fill: paint(classes.inkOf(index).text),
          fontSize: 12,
          lineHeight: 1.25,
        }),
      )
  if (rule !== undefined) marks.push(Plot.ruleY([rule.at], { stroke: paint('c2'), strokeDasharray: '4 2', strokeWidth: 1.5 }))
  const widestName = Math.max(0, ...across.map(pixelsOf))
  return frame(canvas, {
    x: panel.x,
    y: panel.y,
    ...(xEdges === undefined ? {} : { xDomain: [xEdges[0] ?? 0, xEdges.at(-1) ?? 1] }),
    ...(yEdges === undefined ? {} : { yDomain: [yEdges[0] ?? 0, yEdges.at(-1) ?? 1] }),
    height,
    left,
    xRoom: Math.max(band, 40),
    yRoom: left - 12,
    xEvery: Math.max(1, Math.ceil(Math.min(widestName + 8, 60) / band)),
    gap: 0,
    grid: 'none',
    legend: {
      name: panel.value,
      keys: [
        ...classes.legend.map(({ index, label }) => ({ ink: classes.inkOf(index).fill, label })),
        ...(rule === undefined ? [] : [{ ink: 'c2' as const, label: rule.label, dash: '4 2' }]),
      ],
    },
    marks,
  })
}

function fits(cell: Cell, band: number): boolean {
  return Math.max(...(cell.text ?? '').split('\n').map(pixelsOf)) < band * 0.8
}

function heightOf({ y, yEdges, cells }: HeatPanel, width: number): number {
  if (yEdges !== undefined) return width < 400 ? 260 : 330
  const lines = cells.some(cell => cell.text?.includes('\n') === true) ? 46 : 26
  return 74 + (y.categories?.length ?? 0) * lines
}

function markOf(panel: HeatPanel, canvas: Canvas, part: readonly Cell[], fill: string): Markish {
  const { xEdges, yEdges } = panel
  const { Plot } = canvas
  const from = (edges: readonly number[]) => (place: number) => edges[place]
  const [xAt, yAt] = [xEdges === undefined ? undefined : from(xEdges), yEdges === undefined ? undefined : from(yEdges)]
  const acrossEdges = { x1: (cell: Cell) => xAt?.(cell.x), x2: (cell: Cell) => xAt?.(cell.x + 1) }
  const upEdges = { y1: (cell: Cell) => yAt?.(cell.y), y2: (cell: Cell) => yAt?.(cell.y + 1) }
  const tips = tipsOf(canvas, (cell: Cell) => [
    `${panel.x.label}: ${cellText(panel.x, xEdges, cell.x)}`,
    `${panel.y.label}: ${cellText(panel.y, yEdges, cell.y)}`,
    ...(panel.of === 'rows' ? [] : [`${panel.value}: ${figure(cell.value)}`]),
    `rows: ${figure(cell.rows)}`,
  ])
  const alone = canvas.tips && panel.cells.length <= mostTips
  if (xAt !== undefined && yAt !== undefined)
    return Plot.rect(part, {
      ...acrossEdges,
      ...upEdges,
      ...(alone ? { ...tips, fill, inset: 0.25 } : { render: cellsPath(canvas, fill) }),
    })
  if (xAt !== undefined) return Plot.barX(part, { ...tips, ...acrossEdges, y: (cell: Cell) => cell.y, fill, inset: 0.5 })
  if (yAt !== undefined) return Plot.barY(part, { ...tips, ...upEdges, x: (cell: Cell) => cell.x, fill, inset: 0.5 })
  return Plot.cell(part, { ...tips, x: (cell: Cell) => cell.x, y: (cell: Cell) => cell.y, fill, inset: 0.5 })
}
