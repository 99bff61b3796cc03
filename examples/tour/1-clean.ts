import { column, each, expectThat, rowCount, type Session } from 'tidemill'
import { californiaBlocks, damagedBlocks } from 'tidemill/datasets'

/** Reads a CSV file as a typed table, checks a damaged copy against a contract, and sets aside what fails. */
export async function clean(tm: Session) {
  const blocks = (await tm.read(californiaBlocks())).withColumns(r => ({
    district: r.latitude.floor().cast('int64').cast('string').concat('/').concat(r.longitude.floor().cast('int64').cast('string')),
  }))
  const damaged = await tm.read(damagedBlocks())
  const report = await expectThat(damaged, [
    column('households').notNull(),
    column('blockId').unique(),
    each<{ totalRooms: number }>(r => r.totalRooms.gt(0)).named('rooms are positive'),
    rowCount().between(20_000, 21_000),
  ])
  const { clean: kept, rejected } = report.quarantine()
  const counts = { before: await damaged.count(), clean: await kept.count(), rejected: await rejected.count() }
  return { blocks, report, counts }
}
