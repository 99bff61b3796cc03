import type { VNode } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { say } from './toast.tsx'

/** How the same comes from a terminal, a program and over HTTP. */
export interface Code {
  readonly shell: string
  readonly typescript: string
  readonly http: string
}

/** The line under every page. */
export function CodeLine({ shell, typescript, http }: Code): VNode {
  return (
    <details class="codeline">
      <summary>
        <span class="ps" aria-hidden="true">
          $
        </span>
        <code class="cut">{shell}</code>
        <span class="meta">
          TypeScript · HTTP <kbd>c</kbd>
        </span>
      </summary>
      <div class="alts">
        <Snippet title="Terminal" text={shell} />
        <Snippet title="TypeScript" text={typescript} />
        <Snippet title="HTTP" text={http} />
      </div>
    </details>
  )
}

function Snippet({ title, text }: { readonly title: string; readonly text: string }): VNode {
  return (
    <div>
      <h2>
        {title}
        <button type="button" class="btn ghost tiny" onClick={() => void copy(text)} aria-label={`Copy ${title}`}>
          <Icon name="copy" small />
          Copy
        </button>
      </h2>
      <pre class="code flat" tabIndex={0}>
        {text}
      </pre>
    </div>
  )
}

/** Puts a text on the clipboard and says so. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    say('copied')
  } catch {
    // The browser may refuse (no permission, no secure page); the reader can still select the text.
    say('this browser did not let the page copy; select the text instead', 'bad')
  }
}
