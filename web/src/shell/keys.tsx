import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Dialog } from '../parts/dialog.tsx'
import { closeHash, go } from '../router/location.ts'
import { copy } from './code-line.tsx'
import { rooms } from './nav.tsx'
import { recall, remember } from './theme.ts'

/** Listens for keys while the page is shown: `g` and a letter, `?`, `c`. Keys typed into a field, or with Ctrl, Alt or Meta, are not ours. */
export function useKeys(shell: string): void {
  useEffect(() => {
    let afterG = Number.NEGATIVE_INFINITY
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || recall('keys') === 'off') return
      const target = event.target instanceof HTMLElement ? event.target : undefined
      if (target?.isContentEditable === true || target?.closest('input, textarea, select, dialog') != null) return
      const second = event.timeStamp - afterG < 1500
      afterG = event.key === 'g' && !second ? event.timeStamp : Number.NEGATIVE_INFINITY
      const room = second ? rooms.find(({ key }) => key === event.key) : undefined
      if (room !== undefined) go(room.path)
      else if (event.key === '?') go('#keys')
      else if (event.key === 'c' && !second) void copy(shell)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [shell])
}

/** The list of keys, at `#keys`. They can be turned off: somebody may speak to their computer. */
export function KeysDialog(): VNode {
  const [off, setOff] = useState(recall('keys') === 'off')
  return (
    <Dialog title="Keys" close={closeHash}>
      <div>
        <dl class="kvs keys">
          {rooms.map(({ key, title }) => [
            <dt key={key}>
              <kbd>g</kbd> <kbd>{key}</kbd>
            </dt>,
            <dd key={`${key} to`}>{title}</dd>,
          ])}
          <dt>
            <kbd>c</kbd>
          </dt>
          <dd>copy the command that shows this page in a terminal</dd>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>these keys</dd>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>close what lies over the page</dd>
        </dl>
        <label class="check">
          <input
            type="checkbox"
            checked={!off}
            onChange={event => {
              setOff(!event.currentTarget.checked)
              remember('keys', event.currentTarget.checked ? 'on' : 'off')
            }}
          />
          Keys without Ctrl work on this page
        </label>
      </div>
    </Dialog>
  )
}
