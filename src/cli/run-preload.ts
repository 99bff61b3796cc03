/** Loaded into a program before it runs, by `tidemill run`: what the program throws is told as the commands tell it, without the lines of our insides. */
import { isMainThread } from 'node:worker_threads'
import { thrown } from './thrown.ts'

// Threads of the program load this too; their errors are the business of whoever started them.
if (isMainThread) {
  process.on('uncaughtException', (error: unknown) => {
    // A program with a handler of its own has been told.
    if (process.listenerCount('uncaughtException') > 1) return
    const { text, exit } = thrown(error, process.argv[1])
    process.stderr.write(`${text}\n`)
    process.exit(exit)
  })
  // Under `--watch` the program is a child of a child; when the one between is forced to end, so does the program, but not what it has forked.
  if (process.channel !== undefined && process.env['TIDEMILL_WATCHED'] === process.argv[1]) {
    process.once('disconnect', () => process.exit(130))
    process.channel.unref()
  }
}
