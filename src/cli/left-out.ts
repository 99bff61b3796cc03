import { readReport } from '../connectors/index.ts'
import type { Relation } from '../plan/index.ts'
import { counted } from './output.ts'

/** Tells, on standard error, of lines that `--bad-lines` left out. */
export function tellLeftOut(data: Pick<Relation<unknown>, 'plan'>): void {
  for (const { path, badLines, examples, quarantine } of readReport(data)) {
    const [first] = examples
    if (badLines === 0 || first === undefined) continue
    const where = quarantine === undefined ? '' : `, written to ${quarantine}`
    process.stderr.write(
      `note: ${counted(badLines, 'line')} of ${path} left out${where}; the first: line ${first.line} of ${first.file}: ${first.reason}\n`,
    )
  }
}
