import { writeFile } from 'node:fs/promises'
import { chance } from './chance.ts'

const pages = ['/', '/blog/', '/favicon.ico', '/style.css', '/blog/tags/geo', '/images/logo.png', '/files/report.pdf', '/missing']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** What a server really writes now and then. */
const broken = [
  '46.118.127.106 - - [20/May/2015:12:05:17 +0000] "GET /scripts/grok-py-test/configlib.py HTTP/1.1" 200 235 "-" "Mozilla/5.0',
  '',
  '10.0.0.7 - - [17/May/2015:11:59:59 +0000] "-" 408 -',
]

/** Writes the access log of a small server over two days, in the combined form; three lines are broken. */
export async function makeAccessLog(path: string) {
  const { whole, one, so } = chance(2015)
  const lines: string[] = []
  const clients = Array.from({ length: 25 }, (_, index) => `10.0.${index % 3}.${index + 1}`)
  let at = Date.UTC(2015, 4, 17, 10, 5)
  while (at < Date.UTC(2015, 4, 19, 10, 5)) {
    const page = one(pages, 2)
    const status = page === '/missing' ? 404 : so(0.02) ? 500 : so(0.1) ? 304 : 200
    const bytes = status === 304 ? '-' : whole(200, 40_000)
    const agent = so(0.2) ? 'Googlebot/2.1 (+http://www.google.com/bot.html)' : 'Mozilla/5.0 (X11; Linux x86_64)'
    lines.push(`${one(clients, 2)} - - [${stamp(at)}] "GET ${page} HTTP/1.1" ${status} ${bytes} "-" "${agent}"`)
    at += whole(1, 900) * 1000
  }
  broken.forEach((line, index) => lines.splice(40 * (index + 1), 0, line))
  await writeFile(path, `${lines.join('\n')}\n`)
}

/** 17/May/2015:10:05:03 +0000 */
function stamp(ms: number) {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T')
  const [year, month, day] = date.split('-')
  return `${day}/${months[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`
}
