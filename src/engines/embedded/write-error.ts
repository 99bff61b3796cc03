import { TidemillError } from '../../errors/index.ts'

const cures: Readonly<Record<string, string>> = {
  EACCES: 'ask for the right to write there, or name another folder',
  EPERM: 'ask for the right to write there, or name another folder',
  EROFS: 'the disk can only be read: name a folder on another',
  ENOTDIR: 'a part of the path is a file: name another folder',
  EEXIST: 'a part of the path is a file: name another folder',
  ENAMETOOLONG: 'take a shorter name',
  ENOSPC: 'free some space, or write to another disk; what was there before is as it was',
  EDQUOT: 'free some space, or write to another disk; what was there before is as it was',
  EFBIG: 'the system limits how large a file may be (ulimit -f)',
  EMFILE: 'close files, or raise the limit: ulimit -n',
}

/** What the C library calls them, which is all that DuckDB passes on. */
const words: readonly (readonly [RegExp, string])[] = [
  [/permission denied/i, 'EACCES'],
  [/operation not permitted/i, 'EPERM'],
  [/read-only file system/i, 'EROFS'],
  [/not a directory/i, 'ENOTDIR'],
  [/file name too long/i, 'ENAMETOOLONG'],
  [/no space left/i, 'ENOSPC'],
  [/quota exceeded/i, 'EDQUOT'],
  [/file too large/i, 'EFBIG'],
  [/too many open files/i, 'EMFILE'],
]

/**
 * An error of the system, or of the engine about the half-written file, as one that names the output and says what to do; any other error as it is.
 *
 * @param shown the path as the user wrote it
 * @param temp where the bytes went until they were whole
 */
export function writeError(error: unknown, shown: string, temp: string): unknown {
  if (error instanceof TidemillError) return ofEngine(error, shown, temp)
  if (!(error instanceof Error)) return error
  const { code, syscall, path, message } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) return error
  // `EACCES: permission denied, open '/x'`
  const said = /^[A-Z0-9_]+: (.*?)(?:, \w+(?: '.*)?)?$/s.exec(message)?.[1] ?? message
  const reason = code === 'EEXIST' && path !== undefined ? `${path} is no folder` : said
  return unwritable(error, shown, { code, reason })
}

/** The engine names the half-written file, which the user has never heard of. */
function ofEngine(error: TidemillError, shown: string, temp: string): TidemillError {
  const { message } = error.details
  if (typeof message !== 'string' || !message.includes(temp)) return error
  const code = words.find(([said]) => said.test(message))?.[1]
  if (code === undefined && error.code !== 'connectors.not-found' && error.code !== 'connectors.unreadable') return error
  const reason = message.slice(message.lastIndexOf(': ') + 2).split('\n', 1)[0] ?? message
  return unwritable(error, shown, { code, reason: reason.charAt(0).toLowerCase() + reason.slice(1) })
}

function unwritable(cause: Error, shown: string, why: { readonly code: string | undefined; readonly reason: string }): TidemillError {
  const hint = why.code === undefined ? undefined : cures[why.code]
  return new TidemillError('connectors.unreadable', `output cannot be written: ${shown}: ${why.reason}`, {
    cause,
    details: { path: shown, ...(why.code === undefined ? {} : { code: why.code }) },
    ...(hint === undefined ? {} : { hint }),
  })
}
