/** What the page does, without a browser: signs in by the one-time link, reads the overview, hears the stream move. */
export async function watch(url: string, link: string, job: string) {
  const withoutCookie = (await fetch(`${url}/api/overview`)).status
  const code = new URL(link).hash.replace('#once=', '')
  const entered = await fetch(`${url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ once: code }),
  })
  if (!entered.ok) throw new Error(`sign-in refused: ${await entered.text()}`)
  const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const overview = (await (await fetch(`${url}/api/overview`, { headers: { cookie } })).json()) as { runs: unknown[]; models: unknown[] }

  const leave = new AbortController()
  const events = await fetch(`${url}/api/events?job=${job}`, { headers: { cookie }, signal: leave.signal })
  const rows: number[] = []
  let text = ''
  for await (const chunk of (events.body ?? new ReadableStream<Uint8Array>()).pipeThrough(new TextDecoderStream())) {
    text += chunk
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const data = part.split('\n').find(line => line.startsWith('data: '))
      if (/^event: (status|change)$/m.test(part) && data !== undefined)
        rows.push((JSON.parse(data.slice(6)) as { totals: { rowsIn: number } }).totals.rowsIn)
    }
    if (rows.length > 2 && (rows.at(-1) ?? 0) > (rows[0] ?? 0)) break
  }
  leave.abort()
  return { withoutCookie, runs: overview.runs.length, models: overview.models.length, first: rows[0] ?? 0, last: rows.at(-1) ?? 0 }
}
