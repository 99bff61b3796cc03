import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'

/** As much of the Language Server Protocol as asking for completions takes. */
export interface LanguageServer {
  open(uri: string, text: string): void
  change(uri: string, version: number, text: string): void
  /** Labels at a position; lines and characters count from 0. */
  completion(uri: string, line: number, character: number): Promise<readonly string[]>
  close(): Promise<void>
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** Starts `tsc --lsp --stdio` (TypeScript 7) for a folder. */
export async function languageServer(tsc: string, folder: string): Promise<LanguageServer> {
  const child = spawn(process.execPath, [tsc, '--lsp', '--stdio'], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const waiting = new Map<number, (message: Message) => void>()
  let next = 0
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }
  const request = (method: string, params?: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++next
      waiting.set(id, ({ error, result }) => (error === undefined ? resolve(result) : reject(new Error(`${method}: ${error.message}`))))
      send({ id, method, params })
    })
  let left = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    left = Buffer.concat([left, chunk])
    for (;;) {
      const head = left.indexOf('\r\n\r\n')
      const length = Number(/Content-Length: (\d+)/i.exec(left.subarray(0, Math.max(head, 0)).toString())?.[1] ?? Number.NaN)
      if (head === -1 || left.length < head + 4 + length) return
      const message = JSON.parse(left.subarray(head + 4, head + 4 + length).toString()) as Message
      left = left.subarray(head + 4 + length)
      // What the server asks of an editor (settings, registrations) has no answer here.
      if (message.method !== undefined && message.id !== undefined) send({ id: message.id, result: null })
      else if (message.id !== undefined) {
        waiting.get(message.id)?.(message)
        waiting.delete(message.id)
      }
    }
  })
  void ended.then(() => {
    for (const answer of waiting.values()) answer({ error: { message: 'the language server ended' } })
  })
  const rootUri = pathToFileURL(folder).href
  await request('initialize', { processId: process.pid, rootUri, capabilities: {}, workspaceFolders: [{ uri: rootUri, name: 'bench' }] })
  send({ method: 'initialized', params: {} })
  return {
    open: (uri, text) =>
      send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'typescript', version: 1, text } } }),
    change: (uri, version, text) =>
      send({ method: 'textDocument/didChange', params: { textDocument: { uri, version }, contentChanges: [{ text }] } }),
    async completion(uri, line, character) {
      const answer = (await request('textDocument/completion', { textDocument: { uri }, position: { line, character } })) as
        | readonly { label: string }[]
        | { items: readonly { label: string }[] }
        | null
      return (Array.isArray(answer) ? answer : ((answer as { items: readonly { label: string }[] } | null)?.items ?? [])).map(
        item => item.label,
      )
    },
    async close() {
      await request('shutdown')
      send({ method: 'exit' })
      child.stdin.end()
      await ended
    },
  }
}
