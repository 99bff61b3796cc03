import { TidemillError } from '../errors/index.ts'

const cures: Readonly<Record<string, string>> = {
  EACCES: 'ask for the right to read it, or read a copy of your own',
  EPERM: 'ask for the right to read it, or read a copy of your own',
  EMFILE: 'close files, or raise the limit: ulimit -n',
  EISDIR: 'name a file in the folder',
}

/** Names the file and what is wrong with it. */
export function readError(file: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code?.startsWith('Z_') === true || code?.startsWith('ZSTD_') === true) {
    const format = code.startsWith('ZSTD_') || /\.zst$/i.test(file) ? 'zstd' : 'gzip'
    return new TidemillError('connectors.format', `damaged ${format} file: ${file}: ${message}`, {
      details: { file },
      cause: error,
      hint: `is it cut short, or not ${format} at all?`,
    })
  }
  if (error instanceof TidemillError || code === undefined) return error
  if (code === 'ENOENT') return new TidemillError('connectors.not-found', `no such file: ${file}`, { details: { file }, cause: error })
  // `EACCES: permission denied, open '/x'`: the code is in the details, the path in the message already.
  const reason = /^[A-Z0-9_]+: (.*?)(?:, \w+(?: '.*)?)?$/s.exec(message)?.[1] ?? message
  const hint = cures[code]
  return new TidemillError('connectors.unreadable', `file cannot be read: ${file}: ${reason}`, {
    details: { file, code },
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  })
}
