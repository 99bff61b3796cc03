import { chromium } from 'playwright-core'
import { readFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
const tok = readFileSync('/tmp/s2/tok', 'utf8').trim(), url = 'http://127.0.0.1:8391'
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const ctx = await b.newContext({ viewport: { width: 1280, height: 800 } })
const p = await ctx.newPage()
p.on('pageerror', e => console.log('ERROR', String(e)))
await p.goto(url + '/sign-in'); await p.getByLabel(/Link, its code/).fill('wrong-code'); await p.keyboard.press('Enter'); await p.getByRole('alert').waitFor(); console.log('wrong:', await p.getByRole('alert').textContent())
const link = /http\S+#once=\S+/.exec(readFileSync('/tmp/s2/serve.log', 'utf8'))[0]
await p.goto(link); await p.waitForURL(url + '/')
await p.goto(url + '/streams/again'); await p.getByText('live', { exact: true }).waitFor()
const seq = []
for (let i = 0; i < 26; i++) { await p.keyboard.press('Tab'); seq.push(await p.evaluate(() => { const e = document.activeElement; const o = getComputedStyle(e).outlineStyle; return `${e.tagName.toLowerCase()}:${(e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 22)}${o === 'none' ? ' (NO OUTLINE)' : ''}` })) }
console.log(seq.join(' | '))
// chart points grow
const label = () => p.getByRole('img', { name: /^Rows\/s/ }).getAttribute('aria-label')
const l1 = await label(); await p.waitForTimeout(2500); const l2 = await label(); console.log(l1, '=>', l2)
process.kill(Number(readFileSync('/tmp/s2/serve.pid', 'utf8')), 'SIGKILL')
await p.getByRole('alert').first().waitFor(); console.log('lost:', await p.getByRole('alert').last().textContent()); await p.screenshot({ path: '/tmp/s2/shot-lost.png' })
await p.getByRole('button', { name: 'Stop' }).click(); const d = p.getByRole('dialog'); await d.getByRole('button', { name: 'Stop the job' }).click(); await d.getByRole('alert').waitFor(); console.log('stop while away:', await d.getByRole('alert').textContent()); await p.keyboard.press('Escape')
await p.waitForTimeout(6000)
const s = spawn('/tmp/s2/tm', ['serve', '--workspace', '/tmp/s2/world', '--port', '8391'], { detached: true, stdio: ['ignore', (await import('node:fs')).openSync('/tmp/s2/serve.log', 'w'), 'inherit'] }); (await import('node:fs')).writeFileSync('/tmp/s2/serve.pid', String(s.pid)); s.unref()
await p.waitForURL(/sign-in/, { timeout: 20000 }); console.log('after restart:', p.url(), (await p.locator('main, .sign-in').first().textContent()).slice(0, 300)); await p.screenshot({ path: '/tmp/s2/shot-back.png' })
await p.getByLabel(/Link, its code/).fill(tok); await p.keyboard.press('Enter'); await p.waitForURL(/streams\/again/); console.log('back at', p.url())
// hidden tab for a while
const q = await ctx.newPage(); await q.goto('about:blank'); await q.bringToFront(); await q.waitForTimeout(12000); await p.bringToFront(); console.log('shown again:', await p.locator('.topbar .live').textContent(), await p.getByRole('alert').count())
await b.close()
