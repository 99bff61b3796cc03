import type { ComponentChildren, VNode } from 'preact'

interface CardProps {
  readonly title: string
  /** Of the twelve columns of the page. */
  readonly wide: 4 | 6 | 12
  readonly children: ComponentChildren
}

/** A card with a title. */
export function Card({ title, wide, children }: CardProps): VNode {
  return (
    <section class={`card w${wide}`}>
      <header>
        <h2>{title}</h2>
      </header>
      {children}
    </section>
  )
}

/** Lines as they are, over the whole width: a plan, a program. */
export function TextCard({ title, text }: { readonly title: string; readonly text: string }): VNode {
  return (
    <Card title={title} wide={12}>
      <pre class="code" tabIndex={0} aria-label={title} role="region">
        {text}
      </pre>
    </Card>
  )
}
