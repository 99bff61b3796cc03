import type { ComponentChildren, VNode } from 'preact'
import type { RunDetail } from '../api/answers.ts'
import { bytes, count, figure } from '../format/number.ts'
import { lasted } from '../format/time.ts'
import { Card } from '../parts/card.tsx'
import { CommitFacts, EnvironmentFacts } from '../parts/made-of.tsx'
import { NotKnownYet, RunHead } from '../parts/run-head.tsx'
import { RunState } from '../parts/state.tsx'
import { Table } from '../parts/table.tsx'
import { Amount, Tile } from '../parts/tile.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { Page } from '../shell/page.tsx'

/** One run: what was asked, what came out, of which rows and which commit. */
export function RunPage({ id }: { readonly id: string }): VNode {
  const { value, error } = useAnswer<RunDetail>(`/api/runs/${encodeURIComponent(id)}`)
  const code = {
    shell: 'curl -H "Authorization: Bearer $TIDEMILL_TOKEN" ' + `${location.origin}/api/runs/${encodeURIComponent(id)}`,
    typescript: `const tm = await tidemill({ workspace: '.tidemill' })\nawait tm.runs.get(${JSON.stringify(id)})`,
    http: `GET /api/runs/${encodeURIComponent(id)}`,
  }
  return (
    <Page page="run" title={value?.experiment ?? 'Run'} above={[['Experiments', '/runs']]} code={code}>
      <NotKnownYet title="Run" known={value !== undefined} error={error} />
      {value === undefined ? null : <Known run={value} />}
    </Page>
  )
}

function Known({ run }: { readonly run: RunDetail }): VNode {
  const metrics = Object.entries(run.metrics)
  return (
    <>
      <RunHead title={run.experiment} state={<RunState status={run.status} />} run={run}>
        {run.ended === null ? null : (
          <span>
            took <b>{lasted(run.ended - run.started)}</b>
          </span>
        )}
      </RunHead>
      {metrics.length === 0 ? null : (
        <div class="tiles">
          {metrics.map(([name, value]) => (
            <Tile key={name} label={name}>
              <Amount text={figure(value)} />
            </Tile>
          ))}
        </div>
      )}
      <div class="grid even">
        <Facts title="Model">
          {run.kind === null ? (
            <p class="faint">This run gave back no model.</p>
          ) : (
            <dl class="kvs">
              <dt>Kind</dt>
              <dd>{run.kind}</dd>
              <dt>Role</dt>
              <dd>{run.role ?? '–'}</dd>
              <dt>Target</dt>
              <dd>{run.target ?? '–'}</dd>
              <dt>Features</dt>
              <dd>{run.features.join(', ')}</dd>
              <dt>Rows</dt>
              <dd>{count(run.rows)}</dd>
            </dl>
          )}
        </Facts>
        <Facts title="Asked for">
          <dl class="kvs">
            {Object.entries(run.params).map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} is`}>{String(value)}</dd>])}
          </dl>
          {Object.keys(run.params).length === 0 ? <p class="faint">No parameters were written down.</p> : null}
        </Facts>
        <Facts title="Made of">
          <dl class="kvs">
            <dt>Run</dt>
            <dd>
              <code>{run.id}</code>
            </dd>
            <CommitFacts code={run} />
            <EnvironmentFacts environment={run.environment} />
          </dl>
        </Facts>
        <RowsCard data={run.data} />
        <FilesCard artifacts={run.artifacts} />
      </div>
    </>
  )
}

function Facts({ title, children }: { readonly title: string; readonly children: ComponentChildren }): VNode {
  return (
    <Card title={title} wide={4}>
      <div class="pad">{children}</div>
    </Card>
  )
}

function RowsCard({ data }: { readonly data: RunDetail['data'] }): VNode | null {
  if (data.length === 0) return null
  return (
    <Card title="Rows used" wide={6}>
      <Table
        label="Rows used"
        rows={data}
        keyOf={one => one.name}
        columns={[
          { title: 'Data', cell: one => one.name },
          { title: 'Rows', figures: true, cell: one => count(one.rows) },
          { title: 'sha256 of all values', cell: one => <code>{one.sha256.slice(0, 16)}…</code> },
        ]}
      />
    </Card>
  )
}

function FilesCard({ artifacts }: { readonly artifacts: RunDetail['artifacts'] }): VNode | null {
  if (artifacts.length === 0) return null
  return (
    <Card title="Files" wide={6}>
      <Table
        label="Files"
        rows={artifacts}
        keyOf={one => one.name}
        columns={[
          { title: 'File', cell: one => one.name },
          { title: 'Size', figures: true, cell: one => bytes(one.bytes) },
        ]}
      />
    </Card>
  )
}
