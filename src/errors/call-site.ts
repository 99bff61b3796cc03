/**
 * Where the user's program called us: the first stack frame outside this package, as `folder/file.ts:line:column`.
 * Node's type stripping keeps lines and columns, so no source map is needed.
 */
export interface CallSite {
  /** Absolute path or URL of the file. */
  readonly file: string
  readonly line: number
  readonly column: number
}

const own = new URL('..', import.meta.url).href

/** The frames of the current stack that are outside this package (tests of this package count as outside). */
export function callSite(): CallSite | undefined {
  const depth = Error.stackTraceLimit
  Error.stackTraceLimit = 40
  const stack = new Error('call site').stack ?? ''
  Error.stackTraceLimit = depth
  for (const text of stack.split('\n').slice(1)) {
    const frame = /(?:\(|at (?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]+):(\d+):(\d+)\)?$/.exec(text)
    const file = frame?.[1]
    if (frame === null || file === undefined) continue
    if (isOwn(file)) continue
    return { file, line: Number(frame[2]), column: Number(frame[3]) }
  }
  return undefined
}

/** `folder/file.ts:12:5`, short enough for a message. */
export function printCallSite(site: CallSite | undefined): string | undefined {
  if (site === undefined) return undefined
  return `${site.file
    .replace(/^file:\/\//, '')
    .split(/[\\/]/)
    .slice(-2)
    .join('/')}:${site.line}:${site.column}`
}

function isOwn(file: string): boolean {
  if (/\.test(-d)?\.ts$/.test(file)) return false
  const url = file.startsWith('file://') ? file : `file://${file}`
  return url.startsWith(own) || url.startsWith('node:') || url.includes('/node_modules/')
}
