/**
 * Runs test/postgres.test.ts. With TIDEMILL_POSTGRES it uses that server; else it starts one of its own on a free port, in a folder that is removed, where the programs of
 * PostgreSQL are installed (apt-get install postgresql). Without either it says so and ends well: exit code 0, unless --must is given.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const test = (url: string): number =>
  spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/postgres.test.ts', '--typecheck.enabled=false'], {
    stdio: 'inherit',
    env: { ...process.env, TIDEMILL_POSTGRES: url },
  }).status ?? 1

const given = process.env['TIDEMILL_POSTGRES']
const programs = ['/usr/lib/postgresql', '/usr/local/pgsql', '/opt/homebrew/opt']
  .flatMap(folder => (existsSync(folder) ? [join(folder, 'bin'), ...readdirSync(folder).map(version => join(folder, version, 'bin'))] : []))
  .findLast(folder => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
if (given !== undefined && given !== '') process.exitCode = test(given)
else if (programs === undefined) {
  process.stdout.write('no PostgreSQL here: set TIDEMILL_POSTGRES, or apt-get install postgresql; its tests were not run\n')
  process.exitCode = process.argv.includes('--must') ? 1 : 0
} else process.exitCode = await withServer(programs)

async function withServer(bin: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemill-pg-'))
  const port = await freePort()
  // The server refuses to run as root.
  const [uid, gid] =
    process.getuid?.() === 0 ? ['-u', '-g'].map(what => Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' }))) : []
  const owner = uid === undefined || gid === undefined ? {} : { uid, gid }
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  const as = (program: string, args: readonly string[]): void =>
    void execFileSync(join(bin, program), [...args], { stdio: 'ignore', cwd: folder, ...owner })
  const [data, word] = [join(folder, 'data'), join(folder, 'word')]
  try {
    writeFileSync(word, 'tidemill\n', { mode: 0o644 })
    as('initdb', ['-D', data, '-U', 'tidemill', `--pwfile=${word}`, '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C'])
    as('pg_ctl', [
      '-D',
      data,
      '-w',
      '-t',
      '60',
      '-l',
      join(folder, 'log'),
      '-o',
      `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`,
      'start',
    ])
    try {
      return test(`postgres://tidemill:tidemill@127.0.0.1:${port}/postgres`)
    } finally {
      as('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.on('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
