import type { VNode } from 'preact'

/** Drawn by hand on 16 by 16, strokes only. */
const shapes = {
  home: 'M2.5 7.5 8 3l5.5 4.5V13h-4V9.5h-3V13h-4z',
  streams: 'M2 5c2-2 4-2 6 0s4 2 6 0M2 8.5c2-2 4-2 6 0s4 2 6 0M2 12c2-2 4-2 6 0s4 2 6 0',
  runs: 'M6 2.5h4M6.7 2.5v4L3 12.5c-.4.6 0 1 .6 1h8.8c.6 0 1-.4.6-1l-3.7-6v-4M5 10h6',
  models: 'M8 2l5.5 3v6L8 14l-5.5-3V5zM2.5 5 8 8l5.5-3M8 8v6',
  kept: 'M2.5 3h11v3h-11zM3.5 6v7h9V6M6.5 8.5h3',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  theme: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  stop: 'M4 4h8v8H4z',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
} as const

export function Icon({ name, small = false }: { readonly name: keyof typeof shapes; readonly small?: boolean }): VNode {
  return (
    <svg class={small ? 'i s' : 'i'} viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  )
}

/** The mark: a wheel in running water. */
export function Mark(): VNode {
  return (
    <svg viewBox="0 0 18 18" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true">
      <circle cx="9" cy="7.5" r="5.2" />
      <path
        d="M9 2.3v10.4M3.8 7.5h10.4M5.3 3.8l7.4 7.4M12.7 3.8l-7.4 7.4M1 15.8c1.6-1.3 3.2-1.3 4.8 0s3.2 1.3 4.8 0 3.2-1.3 4.8 0l1.6.7"
        stroke-linecap="round"
      />
    </svg>
  )
}
