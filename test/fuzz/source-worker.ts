/** Reads one damaged file after the other, as it is told over IPC, in a process that may die of it. */
import { csv, json, lines, ndjson, parquet } from 'tidemill/connectors'
import { TidemillError, tidemill } from 'tidemill'

const sources = { csv, json, lines, ndjson, parquet }
interface Task {
  readonly kind: keyof typeof sources
  readonly path: string
  readonly options?: object
}

const tm = await tidemill({
  workers: 1,
  typesFile: false,
  print: () => undefined,
  ...(process.argv[2] === undefined ? {} : { folder: process.argv[2] }),
})
process.on('message', (task: Task | 'stop') => {
  if (task === 'stop') void tm.close().then(() => process.disconnect())
  else void read(task).then(answer => process.send?.(answer))
})
process.send?.('ready')

async function read({ kind, path, options }: Task): Promise<object> {
  try {
    const source = sources[kind] as (path: string, options?: object) => ReturnType<typeof csv>
    const rows = await (await tm.read(source(path, options))).rows()
    return { rows: rows.length }
  } catch (error) {
    if (error instanceof TidemillError) return { code: error.code, message: error.message }
    return { wrong: error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error) }
  }
}
