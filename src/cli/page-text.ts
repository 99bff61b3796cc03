import { escapeHtml } from '../display/index.ts'

/**
 * The policy of the page of `tidemill run --watch`: scripts of this server only, none that is written into it. Styles may be: drawings carry theirs.
 */
export const livePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The page, which holds no data: they come when it has signed in. */
export function livePage(file: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(file)}</title>
<link rel="stylesheet" href="/live.css">
<script type="module" src="/live.js"></script>
</head>
<body>
<header><h1>${escapeHtml(file)}</h1><p id="status" role="status">connecting</p></header>
<main id="shown"></main>
</body>
</html>
`
}

export const liveStyle = `:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 72rem; margin: 1.5rem auto; padding: 0 1rem }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; border-bottom: 1px solid #8886 }
h1 { font-size: 1.1rem }
main.old { opacity: .6 }
section { margin: 1.2rem 0 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .2rem .7rem; border-bottom: 1px solid #8884; vertical-align: top }
th { text-align: left }
figure { margin: 1rem 0 }
svg { max-width: 100%; height: auto }
pre { overflow-x: auto }
[role=alert] { border-left: 4px solid #c33; padding: .5rem 1rem }
`

export const liveScript = `const status = document.getElementById('status')
const shown = document.getElementById('shown')
const say = text => { status.textContent = text }
let old = true
const fresh = () => {
  if (!old) return
  old = false
  shown.classList.remove('old')
  shown.replaceChildren()
}
const listen = () => {
  const events = new EventSource('/live')
  events.addEventListener('begin', event => {
    old = true
    shown.classList.add('old')
    say('run ' + JSON.parse(event.data).run + ': running')
  })
  events.addEventListener('item', event => {
    fresh()
    const part = document.createElement('section')
    part.innerHTML = JSON.parse(event.data).html
    shown.append(part)
  })
  events.addEventListener('end', event => {
    fresh()
    const { run, text } = JSON.parse(event.data)
    say('run ' + run + ': ' + text)
  })
  events.onerror = () => say(events.readyState === EventSource.CLOSED ? 'not signed in, or ended: follow the newest link of the terminal' : 'waiting for the program')
}
const once = /^#once=(.+)$/.exec(location.hash)?.[1]
if (once !== undefined) {
  history.replaceState(null, '', '/')
  const answer = await fetch('/sign-in', { method: 'POST', headers: { 'content-type': 'application/json', 'x-tidemill': '1' }, body: JSON.stringify({ once }) })
  if (!answer.ok) say('error: ' + (await answer.json()).error)
}
if (!status.textContent.startsWith('error')) listen()
`
