/**
 * `npm run docs`: writes the pages of docs/reference, docs/verbs and docs/functions and docs/coming-from.md from the data they are about, and the tour and the figures in README.md. `-- --check` writes nothing and fails when a page
 * is not what the data says; `--no-tour` leaves the tour alone.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { embedded } from '../../src/engines/embedded/index.ts'
import { withEngine } from '../../src/testing/index.ts'
import { readmeWithTour } from '../readme.ts'
import { comingFromPage } from './coming-from-page.ts'
import { errorsPage } from './errors-page.ts'
import { functionPages } from './function-pages.ts'
import { functionsPage } from './functions-page.ts'
import { readmeFigures } from './readme-figures.ts'
import { mlPages } from './ml-contents.ts'
import { semanticsPage } from './semantics-page.ts'
import { supportPage } from './support-page.ts'
import { verbPages } from './verb-pages.ts'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'docs/reference')
const check = process.argv.includes('--check')

const engines = { embedded: await withEngine(embedded(), async engine => engine.capabilities) }
const wanted = new Map(
  [errorsPage(), semanticsPage(), functionsPage(engines), supportPage(engines), ...mlPages()].map(({ name, text }) => [
    join(folder, name),
    text,
  ]),
)
for (const { name, text } of [comingFromPage(), ...(await verbPages()), ...(await functionPages(engines))])
  wanted.set(join(root, 'docs', name), text)
const readme = readmeFigures(await readFile(join(root, 'README.md'), 'utf8'))
wanted.set(join(root, 'README.md'), process.argv.includes('--no-tour') ? readme : await readmeWithTour(readme))

const stale: string[] = []
for (const [path, text] of wanted) {
  const now = await readFile(path, 'utf8').catch(() => undefined)
  if (now === text) continue
  stale.push(path.slice(root.length + 1))
  if (check) continue
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}
// A page that nothing makes any more.
for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name)
  if (entry.isDirectory() || wanted.has(path)) continue
  const name = path.slice(folder.length + 1)
  stale.push(`docs/reference/${name}`)
  if (!check) await rm(path)
}

if (stale.length === 0) console.log(`${wanted.size} pages are as the data says`)
else if (!check) console.log(`written: ${stale.join(', ')}`)
else {
  console.error(`stale: ${stale.join(', ')}; write them with: npm run docs`)
  process.exitCode = 1
}
