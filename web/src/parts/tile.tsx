import type { ComponentChildren, VNode } from 'preact'
import { useId } from 'preact/hooks'

/** Where a figure comes from, told when it is asked for. */
export type Trace = readonly (readonly [name: string, value: string])[]

export interface TileProps {
  readonly label: string
  /** Words of figures; units are set small by `Unit`. */
  readonly children: ComponentChildren
  readonly below?: ComponentChildren
  readonly grade?: 'bad' | 'warn' | undefined
  readonly trace?: Trace | undefined
}

/** A key figure. */
export function Tile({ label, children, below, grade, trace }: TileProps): VNode {
  const id = useId()
  return (
    <div class={grade === undefined ? 'tile' : `tile ${grade}`}>
      <span class="l" id={`${id}-label`}>
        {label}
      </span>
      <span class="v">
        {trace === undefined ? (
          children
        ) : (
          <button type="button" class="trace" popovertarget={id} id={`${id}-figure`} aria-labelledby={`${id}-label ${id}-figure`}>
            {children}
          </button>
        )}
      </span>
      <span class="d">{below}</span>
      {trace === undefined ? null : (
        <div class="tip" id={id} popover="auto">
          <dl>{trace.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} is`}>{value}</dd>])}</dl>
        </div>
      )}
    </div>
  )
}

/** A figure with its unit set small: `344 ms`, `48.2 k/s`. */
export function Amount({ text, unit = '' }: { readonly text: string; readonly unit?: string }): VNode {
  const [figure = '', ...words] = text.split(' ')
  const small = [...words, unit].filter(word => word !== '').join(unit.startsWith('/') ? '' : ' ')
  return (
    <>
      {figure}
      {small === '' ? null : <small> {small}</small>}
    </>
  )
}
