/** Loaded into a program before it runs, by `tidemill run`: what the program throws is told as the commands tell it, without the lines of our insides. */
import { registerHooks } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { thrown } from './thrown.ts'
import { fileState, type LoadedFile } from './watched-files.ts'

// Threads of the program load this too; their errors are the business of whoever started them.
if (isMainThread) {
  process.on('uncaughtException', (error: unknown) => {
    // A program with a handler of its own has been told.
    if (process.listenerCount('uncaughtException') > 1) return
    const { text, exit } = thrown(error, process.argv[1])
    process.stderr.write(`${text}\n`)
    process.exit(exit)
  })
  // Not what the program forks: it has the same environment and a channel of its own.
  if (process.channel !== undefined && process.env['TIDEMILL_WATCHED'] === process.argv[1]) {
    tellLoads()
    // When the one who watches is forced to end, so does the program.
    process.once('disconnect', () => process.exit(130))
    process.channel.unref()
  }
}

/** Each file is told as it stood before it was read. */
function tellLoads(): void {
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        // A file that is not there yet: its coming is a reason to start again.
        if (error instanceof Error && 'url' in error && typeof error.url === 'string') tell(error.url)
        throw error
      }
    },
    load(url, context, next) {
      tell(url)
      return next(url, context)
    },
  })
}

function tell(url: string): void {
  if (!url.startsWith('file:')) return
  const path = fileURLToPath(url)
  if (path.includes(`${sep}node_modules${sep}`)) return
  process.send?.({ tidemillLoaded: path, state: fileState(path) } satisfies LoadedFile)
}
