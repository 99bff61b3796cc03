/** Loaded into a program before it runs, by `tidemill run`: what the program throws is told as the commands tell it, without the lines of our insides. */
import { registerHooks } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { channels, listen } from '../channels/index.ts'
import { thrown } from './thrown.ts'
import { fileState, type LoadedFile } from './watched-files.ts'

/** Whether what the program shows is told too. */
let toPage = false

// Threads of the program load this too; their errors are the business of whoever started them.
if (isMainThread) {
  process.on('uncaughtException', (error: unknown) => {
    // A program with a handler of its own has been told.
    if (process.listenerCount('uncaughtException') > 1) return
    const { text, exit } = thrown(error, process.argv[1])
    process.stderr.write(`${text}\n`)
    tellFailure(text, () => process.exit(exit))
  })
  // Not what the program forks: it has the same environment and a channel of its own.
  if (process.channel !== undefined && process.env['TIDEMILL_WATCHED'] === process.argv[1]) {
    tellLoads()
    if (process.env['TIDEMILL_PAGE'] === process.argv[1]) tellShown()
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

/** What the program shows, in its order; it does not end before all is told, unless it calls `process.exit`. */
function tellShown(): void {
  toPage = true
  let last = Promise.resolve()
  let waiting = 0
  listen(channels.shown, ({ value }) => {
    if (waiting++ === 0) process.channel?.ref()
    const made = import('./shown-message.ts').then(({ shownMessage }) => shownMessage(value))
    // What cannot be drawn is the page's loss, not the program's.
    const told = made.catch((error: unknown) => ({ tidemillShown: '<p>cannot be shown here</p>', error: String(error) }))
    last = last
      .then(async () => {
        const message = await told
        await new Promise<void>(resolve => process.send?.(message, () => resolve()) ?? resolve())
      })
      .finally(() => {
        if (--waiting === 0) process.channel?.unref()
      })
  })
}

/** The error that ends the program, to the page; then it ends. */
function tellFailure(text: string, end: () => void): void {
  if (!toPage || process.send === undefined) {
    end()
    return
  }
  import('./shown-message.ts').then(
    ({ failedMessage }) => process.send?.(failedMessage(text), end),
    // The terminal has been told.
    end,
  )
}
