import { chromium } from 'playwright-core'
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const p = await (await b.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' })).newPage()
for (const n of ['index', 'stream-job', 'sign-in', 'runs']) { await p.goto(`file:///work/shared/design/screens/${n}.html`); await p.waitForTimeout(500); await p.screenshot({ path: `/tmp/s2/design-${n}.png` }) }
await b.close()
