import { chromium } from 'playwright-core'
import { readFileSync } from 'node:fs'
const tok = readFileSync('/tmp/s2/tok', 'utf8').trim()
const url = 'http://127.0.0.1:8391'
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const which = process.argv.slice(2)
const pages = JSON.parse(which[0])
const mode = which[1] ?? 'light'
const w = Number(which[2] ?? 1440), h = Number(which[3] ?? 900), zoom = Number(which[4] ?? 1)
const ctx = await b.newContext({ viewport: { width: Math.round(w / zoom), height: Math.round(h / zoom) }, deviceScaleFactor: zoom, colorScheme: mode, reducedMotion: 'reduce' })
const p = await ctx.newPage()
p.on('dialog', d => { console.log('DIALOG', d.message()); d.dismiss() })
p.on('pageerror', e => console.log('ERROR', String(e)))
p.on('console', m => m.type() === 'error' && console.log('console', m.text()))
await p.goto(url + '/sign-in'); await p.getByLabel(/Link, its code/).fill(tok); await p.keyboard.press('Enter'); await p.waitForURL(url + '/')
for (const [name, path] of Object.entries(pages)) {
  await p.goto(url + path); await p.waitForTimeout(1500)
  const o = await p.evaluate('document.documentElement.scrollWidth - innerWidth')
  if (o > 0) console.log('WIDER', name, o)
  await p.screenshot({ path: `/tmp/s2/shot-${name}-${mode}-${w}${zoom > 1 ? 'z' : ''}.png`, fullPage: process.env.FULL === '1' })
}
await b.close()
