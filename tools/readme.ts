/** Writes the tour into README.md: its lines and what it prints. `--check` fails where the README says something else. */
import { execFile } from 'node:child_process'
import { glob, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..')
const path = join(root, 'README.md')

/** The README as it should be: the tour's files between its code marks, its output between its output marks. */
export async function readmeWithTour(text: string): Promise<string> {
  const files = (await Array.fromAsync(glob(join(root, 'examples/tour/[0-9]*.ts')))).sort()
  const code = await Promise.all(
    files.map(async file => `\`\`\`ts\n// examples/tour/${basename(file)}\n${await readFile(file, 'utf8')}\`\`\`\n`),
  )
  const withCode = between(text, 'tour', code.join('\n'))
  return between(withCode, 'tour output', `\`\`\`text\n${await tourOutput()}\`\`\`\n`)
}

/** What `npm start -- --exit` prints. Which worker took which task differs from run to run, so the workers are numbered as in most runs. */
async function tourOutput(): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' }
  const args = ['--conditions=tidemill-source', join(root, 'examples/tour/index.ts'), '--exit']
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  const lines = stdout.split('\n')
  const isTask = (line: string): boolean => /^ {2}(map|reduce) \d+ on worker \d$/.test(line)
  const tasks = lines
    .filter(isTask)
    .sort()
    .map(line =>
      line.replace(
        /(map|reduce) (\d+) on worker \d/,
        (_, kind: string, task: string) => `${kind} ${task} on worker ${kind === 'map' ? task : 1}`,
      ),
    )
  return lines
    .map(line => (isTask(line) ? (tasks.shift() ?? line) : ofAnyMachine(line.trimEnd())))
    .join('\n')
    .trimStart()
}

/** Times, ports and the number of cores are those of the machine: they stand here as on one of two cores. */
function ofAnyMachine(line: string): string {
  return line
    .replace(/\bin \d+\.\d s$/, 'in … s')
    .replace(/127\.0\.0\.1:\d+/, '127.0.0.1:…')
    .replace(/searches on \d+ workers?/, 'searches on 2 workers')
    .replace(/\S*tidemill-tour-\w+/, '…')
    .replace(/\d+ rows\/s, latency [\d.]+ ms, at most [\d.]+ ms/, '… rows/s, latency … ms, at most … ms')
    .replace(/from \d+ to \d+ rows while/, 'from … to … rows while')
}

function between(text: string, name: string, inner: string): string {
  const open = `<!-- ${name}: written by npm run docs -->\n`
  const close = `<!-- end of ${name} -->\n`
  const from = text.indexOf(open)
  const to = text.indexOf(close)
  if (from < 0 || to < from) throw new Error(`README.md lacks the marks of ${name}`)
  return text.slice(0, from + open.length) + inner + text.slice(to)
}

if (process.argv[1] === import.meta.filename) {
  const before = await readFile(path, 'utf8')
  const after = await readmeWithTour(before)
  if (process.argv.includes('--check')) {
    if (after !== before) throw new Error('README.md does not show the tour as it is: run npm run docs')
  } else if (after !== before) await writeFile(path, after)
}
