import type { CallSite } from '../errors/index.ts'

/** Where a part of a statement comes from in the user's program. */
export interface Span {
  readonly from: number
  readonly to: number
  /** The step that wrote it: `filter`. */
  readonly step: string
  readonly at: CallSite | undefined
}

const open = '\u0001'
const middle = '\u0002'
const close = '\u0003'
/** Characters that mark spans while a statement is put together; `quoteText` keeps them out of the user's texts. */
export const spanMarks: RegExp = /[\u0000-\u0003]/

/** A text that must stand in a statement as it is, such as the name of a column of a file: characters that are marks are written in another way until `takeSpans`. */
export function escapeMarks(text: string): string {
  return text.replace(/[\u0001-\u0003]/g, mark => `\u0000${mark.charCodeAt(0)}`)
}

/** Puts marks around the text of a step. */
export function markSpan(text: string, id: number): string {
  return `${open}${id}${middle}${text}${close}`
}

/** Takes the marks out and tells where they stood; inner spans come after those around them. */
export function takeSpans(
  marked: string,
  steps: readonly { readonly step: string; readonly at: CallSite | undefined }[],
): { text: string; spans: Span[] } {
  const spans: { from: number; to: number; step: string; at: CallSite | undefined }[] = []
  const stack: number[] = []
  let text = ''
  for (const piece of marked.split(/(\u0001\d+\u0002|\u0003)/)) {
    if (piece.startsWith(open)) {
      const from = steps[Number(piece.slice(1, -1))]
      stack.push(spans.length)
      spans.push({ from: text.length, to: text.length, step: from?.step ?? '', at: from?.at })
    } else if (piece === close) {
      const span = spans[stack.pop() ?? -1]
      if (span !== undefined) span.to = text.length
    } else text += piece.replace(/\u0000([1-3])/g, (_, code: string) => String.fromCharCode(Number(code)))
  }
  return { text, spans }
}
