import type { ComponentChildren, VNode } from 'preact'
import { AskError } from '../api/ask.ts'

/** An error as the server told it: code, what is wrong, what to do. */
export function ProblemBox({ error, children }: { readonly error: unknown; readonly children?: ComponentChildren }): VNode {
  const known = error instanceof AskError ? error : undefined
  return (
    <div class="error" role="alert">
      {known?.code === undefined ? null : <span class="codeid">{known.code}</span>}
      <b>{error instanceof Error ? error.message : String(error)}</b>
      {known?.hint === undefined ? null : <span>{known.hint}</span>}
      {children}
    </div>
  )
}

/** A list with nothing in it says which command makes the first thing. */
export function Empty({
  title,
  children,
  command,
}: {
  readonly title: string
  readonly children: string
  readonly command: string
}): VNode {
  return (
    <div class="empty">
      <b>{title}</b>
      <p>{children}</p>
      <pre class="code" tabIndex={0}>
        {command}
      </pre>
    </div>
  )
}
