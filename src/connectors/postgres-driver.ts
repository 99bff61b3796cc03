/** Opens `postgres`, and writes it. */
import type { SinkDriver, SourceDriver } from '../plan/index.ts'
import type { PostgresGiven } from './postgres-client.ts'
import { postgresRows, postgresSchema } from './postgres-read.ts'
import { commitPostgres, forgetPostgres, postgresWriter } from './postgres-write.ts'

export const driver: SourceDriver<PostgresGiven> & SinkDriver<PostgresGiven> = {
  mode: 'append',
  guarantee: 'exactly-once',
  schemaOf: async given => given.schema ?? postgresSchema(given),
  open: postgresRows,
  writer: postgresWriter,
  commit: commitPostgres,
  forget: forgetPostgres,
}
