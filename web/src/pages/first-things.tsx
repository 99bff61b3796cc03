import type { VNode } from 'preact'
import { Empty } from '../parts/problem.tsx'

/** What a workspace with nothing in it says: the command that makes the first thing. */
export function NoJobs(): VNode {
  return (
    <Empty
      title="No stream has run in this workspace"
      command={`const sensors = await tm.stream(ndjson.follow('sensors/'))
const job = await sensors
  .filter(r => r.status.eq('ok'))
  .to(parquet('ok/'))
  .start({ name: 'sensors' })`}
    >
      A job shows up here as soon as it is started, with its rates, its lag and the steps it is made of.
    </Empty>
  )
}
export function NoRuns(): VNode {
  return (
    <Empty title="Nothing was tried out in this workspace" command="tidemill train homes.csv --target price --register price">
      A run keeps what was asked, which rows were used, what came out, and the commit it came from.
    </Empty>
  )
}
export function NoModels(): VNode {
  return (
    <Empty title="No model is registered in this workspace" command="tidemill train homes.csv --target price --register price">
      A registered model has a name and versions; aliases such as champion point at one of them and can be moved back.
    </Empty>
  )
}
