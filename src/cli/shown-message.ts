import { type Description, describeValue, renderHtml } from '../display/index.ts'

/** What a program under `tidemill run --watch` shows, as it travels to the page: a piece of HTML in which all data are escaped. */
export interface ShownMessage {
  readonly tidemillShown: string
}

/** A piece of the page is at most so long; what is longer is told of instead. */
export const mostLetters = 2_000_000

const kinds: ReadonlySet<unknown> = new Set(['table', 'text', 'keyValues', 'figure', 'tree', 'progress', 'group'])

/** A chart as its drawing, everything else by its description. */
export async function shownMessage(value: unknown): Promise<ShownMessage> {
  const html = isChart(value) ? await value.toHtml() : renderHtml(isDescription(value) ? value : describeValue(value))
  if (html.length <= mostLetters) return { tidemillShown: html }
  return { tidemillShown: `<p>too large for this page: ${html.length} letters; write it to a file</p>` }
}

/** What ended a program. */
export function failedMessage(text: string): ShownMessage {
  return { tidemillShown: `<div role="alert">${renderHtml({ kind: 'text', text: text.slice(0, 20_000) })}</div>` }
}

export function isShownMessage(message: unknown): message is ShownMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    'tidemillShown' in message &&
    typeof message.tidemillShown === 'string' &&
    message.tidemillShown.length <= mostLetters
  )
}

function isChart(value: unknown): value is { toHtml(): Promise<string> } {
  return typeof value === 'object' && value !== null && 'toSvg' in value && 'toHtml' in value && typeof value.toHtml === 'function'
}

function isDescription(value: unknown): value is Description {
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.has(value.kind)
}
