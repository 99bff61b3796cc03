import type { VNode } from 'preact'
import type { AliasItem, ModelDetail, VersionItem } from '../api/answers.ts'
import { count, figure } from '../format/number.ts'
import { moment } from '../format/time.ts'
import { ProblemBox } from '../parts/problem.tsx'
import { Table } from '../parts/table.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { runPath } from '../router/route.ts'
import { Page } from '../shell/page.tsx'
import { Aliases } from './model-table.tsx'

/** One model: its versions, and how its aliases moved. */
export function ModelPage({ name }: { readonly name: string }): VNode {
  const { value, error } = useAnswer<ModelDetail>(`/api/models/${encodeURIComponent(name)}`)
  const code = {
    shell: `tidemill models show ${name}`,
    typescript: `const tm = await tidemill({ workspace: '.tidemill' })\nawait tm.models.versions(${JSON.stringify(name)})`,
    http: `GET /api/models/${encodeURIComponent(name)}`,
  }
  return (
    <Page page="model" title={name} above={[['Models', '/models']]} code={code}>
      <div class="head">
        <div class="title">
          <h1>{name}</h1>
          {value === undefined ? null : <Aliases of={value.aliases} />}
        </div>
      </div>
      {error === undefined ? null : <ProblemBox error={error} />}
      {value === undefined ? null : (
        <div class="stack">
          <section class="card">
            <header>
              <h2>Versions</h2>
            </header>
            <Table label="Versions" columns={versionColumns} rows={value.versions} keyOf={version => String(version.number)} />
          </section>
          {value.history.length === 0 ? null : (
            <section class="card">
              <header>
                <h2>Aliases moved</h2>
              </header>
              <Table
                label="Aliases moved"
                columns={historyColumns}
                rows={value.history}
                keyOf={one => `${one.at} ${one.alias} ${one.to}`}
              />
            </section>
          )}
        </div>
      )}
    </Page>
  )
}

const versionColumns = [
  { title: 'Version', cell: (version: VersionItem) => `v${version.number}` },
  { title: 'Aliases', cell: (version: VersionItem) => <VersionAliases version={version} /> },
  { title: 'Kind', spare: true, cell: (version: VersionItem) => version.kind },
  { title: 'Figures', wrap: true, cell: (version: VersionItem) => figures(version) },
  { title: 'Rows', figures: true, cell: (version: VersionItem) => count(version.rows) },
  {
    title: 'Run',
    cell: (version: VersionItem) => (version.run === null ? '–' : <a href={runPath(version.run)}>{version.run.slice(0, 8)}</a>),
  },
  { title: 'By', spare: true, cell: (version: VersionItem) => version.by },
  { title: 'Registered', figures: true, cell: (version: VersionItem) => moment(version.created) },
]

const historyColumns = [
  { title: 'Alias', cell: (one: AliasItem) => one.alias },
  {
    title: 'What',
    cell: (one: AliasItem) =>
      `${one.action === 'promote' ? 'moved' : 'taken back'}${one.from === null ? '' : ` from v${one.from}`} to v${one.to}`,
  },
  { title: 'Why', wrap: true, cell: (one: AliasItem) => one.reason ?? '–' },
  { title: 'By', spare: true, cell: (one: AliasItem) => one.by },
  { title: 'At', figures: true, cell: (one: AliasItem) => moment(one.at) },
]

function VersionAliases({ version }: { readonly version: VersionItem }): VNode {
  return <Aliases of={Object.fromEntries(version.aliases.map(alias => [alias, version.number]))} />
}

function figures({ metrics }: VersionItem): string {
  const all = Object.entries(metrics)
  const shown = all.slice(0, 4).map(([name, value]) => `${name} ${figure(value)}`)
  return [...shown, ...(all.length > 4 ? [`${all.length - 4} more`] : [])].join(' · ') || '–'
}
