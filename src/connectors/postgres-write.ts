/** Writes PostgreSQL: COPY into a table of its own, then one transaction. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type { Client } from 'pg'
import { TidemillError } from '../errors/index.ts'
import type { SinkWriter, Token, WriteReport } from '../plan/index.ts'
import { printType, type Schema } from '../schema/index.ts'
import { connected, databaseError, leave, type PostgresGiven } from './postgres-client.ts'
import { quotedTable } from './postgres-read.ts'
import { holdStage, markStage, releaseStage, sweepStages } from './postgres-stages.ts'
import { copyCell, incoming, quotePostgres, serverType } from './postgres-types.ts'
import { tableParts } from './postgres.ts'

interface Staged {
  readonly stage: string
  readonly fields: Schema
  readonly rows: number
  readonly bytes: number
}
const pieceLength = 64 * 1024

/** Copies rows into a stage, which `commitPostgres` brings into the target. */
export async function postgresWriter(given: PostgresGiven, fields: Schema, at: { readonly generation: number }): Promise<SinkWriter> {
  const target = given.table
  if (target === undefined)
    throw new TidemillError('connectors.option', 'postgres writes a table, not a query', {
      hint: "such as postgres(url, { table: 'totals' })",
    })
  const types = fields.map(field => `${quotePostgres(field.name)} ${serverType(field.type)}`)
  const client = await connected(given)
  const stage = stageOf(target)
  let state: 'open' | 'cut' | 'closed' = 'open'
  let [rows, bytes] = [0, 0]
  const told = (error: unknown): unknown => databaseError(error, given.url, given.secret)
  try {
    // What is wrong with the target is told before the query runs.
    await checkTarget(client, given, fields)
    await sweepStages(client, tableParts(target).at(-2))
    // With the rows in one transaction: of a writer that is killed nothing stays. Nothing is lost with an unlogged table that the commit would not notice: it counts.
    await client.query('BEGIN')
    await client.query(`CREATE UNLOGGED TABLE ${stage} (${types.join(', ')})`)
    const { from } = await import('pg-copy-streams')
    const stream = client.query(from(`COPY ${stage} FROM STDIN`))
    let failed: unknown
    const settled = finished(stream).catch((error: unknown) => void (failed ??= error))
    const put = async (text: string): Promise<void> => {
      if (failed !== undefined) throw told(failed)
      bytes += Buffer.byteLength(text)
      if (!stream.write(text)) await Promise.race([once(stream, 'drain').catch(() => undefined), settled])
    }
    return {
      async write(batch) {
        const names = fields.map(field => field.name)
        let text = ''
        for (let i = 0; i < batch.rows; i++) {
          text += `${batch.columns.map((column, at) => copyCell(column, i, names[at] ?? '')).join('\t')}\n`
          if (text.length < pieceLength) continue
          await put(text)
          text = ''
        }
        if (text !== '') await put(text)
        rows += batch.rows
      },
      async cut(epoch): Promise<Token> {
        if (failed === undefined) stream.end()
        await settled
        if (failed !== undefined) throw told(failed)
        // Stages of epochs may be committed by another process, much later: nobody drops them.
        const isWrite = at.generation === 0
        try {
          if (isWrite) await markStage(client, stage)
          await client.query('COMMIT')
        } catch (error) {
          throw told(error)
        }
        state = 'cut'
        if (isWrite) holdStage(client, given, stage)
        else await leave(client, given, false)
        const data: Staged = { stage, fields, rows, bytes }
        return { sink: 'postgres', id: stage, epoch, data }
      },
      async close() {
        if (state !== 'open') return
        state = 'closed'
        await leave(client, given, true)
        await dropStage(given, stage)
      },
    }
  } catch (error) {
    await leave(client, given, true)
    // Why the write failed says more than why its stage is still there.
    await dropStage(given, stage).catch(() => undefined)
    throw told(error)
  }
}

/** Brings what was staged into the target, in one transaction in which the stage goes: a stage that is not there was committed before. */
export async function commitPostgres(given: PostgresGiven, token: Token): Promise<WriteReport> {
  const { stage, fields, rows, bytes } = token.data as Staged
  const target = quotedTable(given.table ?? '')
  const report = { rows, bytes, files: [`${given.url} ${given.table ?? ''}`] }
  const client = await connected(given)
  try {
    await client.query('BEGIN')
    const { rows: found } = await client.query<{ there: string | null }>('SELECT to_regclass($1)::text AS there', [stage])
    if (found[0]?.there === null) {
      await client.query('ROLLBACK')
      return report
    }
    const names = fields.map(field => quotePostgres(field.name)).join(', ')
    const there = await checkTarget(client, given, fields)
    if (there === 'other') await client.query(`DROP TABLE ${target}`)
    if (there !== 'same') {
      const columns = fields.map(field => `${quotePostgres(field.name)} ${serverType(field.type)}${field.nullable ? '' : ' NOT NULL'}`)
      const key = given.mode === 'upsert' && given.key !== undefined ? [`PRIMARY KEY (${given.key.map(quotePostgres).join(', ')})`] : []
      await client.query(`CREATE TABLE ${target} (${[...columns, ...key].join(', ')})`)
    } else if (given.mode === 'replace') await client.query(`DELETE FROM ${target}`)
    const { rowCount } = await client.query(`INSERT INTO ${target} (${names}) SELECT ${names} FROM ${stage}${onConflict(given, fields)}`)
    if (rowCount !== rows)
      throw new TidemillError(
        'engine.incomplete',
        `${rowCount ?? 0} of ${rows} rows were staged: the server stopped in between, or a key came twice`,
        {
          hint: 'write again; nothing was changed',
        },
      )
    await client.query(`DROP TABLE ${stage}`)
    await client.query('COMMIT')
    return report
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw databaseError(error, given.url, given.secret)
  } finally {
    await leave(client, given, false)
    await releaseStage(stage)
  }
}

/** Takes back what was staged and not committed. */
export async function forgetPostgres(given: PostgresGiven, token: Token): Promise<void> {
  const { stage } = token.data as Staged
  try {
    await dropStage(given, stage)
  } finally {
    await releaseStage(stage)
  }
}

function onConflict({ mode, key = [] }: PostgresGiven, fields: Schema): string {
  if (mode !== 'upsert') return ''
  const others = fields.map(field => field.name).filter(name => !key.includes(name))
  // A row that is only a key is written again as it is, so that it counts.
  const set = (others.length === 0 ? key : others).map(name => `${quotePostgres(name)} = EXCLUDED.${quotePostgres(name)}`)
  return ` ON CONFLICT (${key.map(quotePostgres).join(', ')}) DO UPDATE SET ${set.join(', ')}`
}

/** Beside the target, in its schema. */
function stageOf(target: string): string {
  const parts = tableParts(target)
  return [...parts.slice(0, -1), `_tidemill_stage_${randomUUID().replaceAll('-', '')}`].map(quotePostgres).join('.')
}

async function dropStage(given: PostgresGiven, stage: string): Promise<void> {
  const client = await connected(given)
  try {
    await client.query(`DROP TABLE IF EXISTS ${stage}`)
  } catch (error) {
    throw databaseError(error, given.url, given.secret)
  } finally {
    await leave(client, given, false)
  }
}

/** What is there: no table, one that takes the rows, or (to be replaced) one of other columns. */
async function checkTarget(client: Client, given: PostgresGiven, fields: Schema): Promise<'none' | 'same' | 'other'> {
  const { table = '', mode = 'fail', key = [] } = given
  const target = quotedTable(table)
  for (const name of key)
    if (!fields.some(field => field.name === name))
      throw new TidemillError('plan.unknown-column', `unknown column in key: ${name} (have ${fields.map(field => field.name).join(', ')})`)
  const { rows } = await client.query<{ kind: string }>('SELECT relkind AS kind FROM pg_class WHERE oid = to_regclass($1)', [target])
  const [there] = rows
  if (there === undefined) return 'none'
  if (mode === 'fail')
    throw new TidemillError('connectors.exists', `table is there already: ${table} (${given.url})`, {
      details: { table },
      hint: "pass mode: 'append' to add to it, 'replace' to write over it, or 'upsert' with a key",
    })
  if (there.kind !== 'r' && there.kind !== 'p')
    throw new TidemillError('connectors.exists', `something is there already that is no table: ${table} (${given.url})`)
  const { fields: columns } = await client.query(`SELECT * FROM ${target} LIMIT 0`)
  const types = new Map(columns.map(({ name, dataTypeID, dataTypeModifier }) => [name, incoming(dataTypeID, dataTypeModifier).type]))
  for (const field of fields) {
    const type = types.get(field.name)
    if (type === undefined) {
      if (mode === 'replace') return 'other'
      throw new TidemillError(
        'schema.missing-column',
        `missing column: ${field.name} in table ${table} (have ${[...types.keys()].join(', ')})`,
        {
          hint: 'select the columns that the table has',
        },
      )
    }
  }
  const isSame = types.size === fields.length && fields.every(field => serverType(field.type) === serverOf(types.get(field.name)))
  return mode === 'replace' && !isSame ? 'other' : 'same'
}

function serverOf(type: Schema[number]['type'] | undefined): string {
  if (type === undefined) return ''
  try {
    return serverType(type)
  } catch {
    return printType(type)
  }
}
