import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

/** A question over the page. Esc, a click beside it and `close` end it; the focus goes back to where it was. */
export function Dialog({
  title,
  close,
  children,
}: {
  readonly title: string
  readonly close: () => void
  readonly children: ComponentChildren
}): VNode {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      class="dialog"
      aria-labelledby={id}
      onCancel={event => {
        // The address opened it, so the address closes it.
        event.preventDefault()
        close()
      }}
      onClick={event => event.target === ref.current && close()}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" class="btn ghost tiny" onClick={close}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      {children}
    </dialog>
  )
}
