/**
 * Makes datasets/blocks-damage.json (what is damaged) and datasets/damaged_blocks.csv.gz (the damaged copy) out of datasets/california_missing.csv.gz.
 * Seeded: it gives the same list and the same text on every machine. `--check` writes nothing and fails when the files differ.
 *
 * Run: node --conditions=tidemill-source tools/datasets/make-damage.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { damageList, damaged } from './damage.ts'

const folder = new URL('../../datasets/', import.meta.url)
const listFile = new URL('blocks-damage.json', folder)
const copyFile = new URL('damaged_blocks.csv.gz', folder)

const blocks = gunzipSync(readFileSync(new URL('california_missing.csv.gz', folder))).toString('utf8')
const list = damageList(blocks.trimEnd().split('\n').length - 1)
const text = `${JSON.stringify(list, null, 2)}\n`
const copy = damaged(blocks, list)

if (process.argv.includes('--check')) {
  const same = readFileSync(listFile, 'utf8') === text && gunzipSync(readFileSync(copyFile)).toString('utf8') === copy
  if (!same) {
    console.error('datasets/blocks-damage.json or damaged_blocks.csv.gz is stale: run tools/datasets/make-damage.ts')
    process.exitCode = 1
  }
} else {
  writeFileSync(listFile, text)
  writeFileSync(copyFile, gzipSync(copy, { level: 9 }))
  console.log(`${list.householdsNull.length} + ${list.roomsNegative.length} + ${list.repeated.length} damages written`)
}
