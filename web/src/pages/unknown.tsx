import type { VNode } from 'preact'
import { Page } from '../shell/page.tsx'

const code = { shell: 'tidemill --help', typescript: "const tm = await tidemill({ workspace: '.tidemill' })", http: 'GET /api/overview' }

/** An address without a page. */
export function UnknownPage({ path }: { readonly path: string }): VNode {
  return (
    <Page page="unknown" title="Not found" code={code}>
      <div class="head">
        <h1>Not found</h1>
      </div>
      <div class="error">
        <b>no page has the address {path}</b>
        <span>
          There are the <a href="/">overview</a>, <a href="/streams">streams</a>, <a href="/runs">runs</a>, <a href="/kept">kept runs</a>{' '}
          and <a href="/models">models</a>.
        </span>
      </div>
    </Page>
  )
}
