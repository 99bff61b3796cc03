import type { VNode } from 'preact'
import type { ModelItem } from '../api/answers.ts'
import { moment } from '../format/time.ts'
import { Table } from '../parts/table.tsx'
import { modelPath } from '../router/route.ts'

/** An alias and the version it points at. */
export function Aliases({ of }: { readonly of: Readonly<Record<string, number>> }): VNode {
  const all = Object.entries(of)
  return (
    <span class="row">
      {all.length === 0 ? '–' : null}
      {all.map(([alias, version]) => (
        <span key={alias} class={alias === 'champion' ? 'badge accent' : 'badge'}>
          {alias} v{version}
        </span>
      ))}
    </span>
  )
}

/** Registered models, by name. */
export function ModelTable({ models }: { readonly models: readonly ModelItem[] }): VNode {
  return (
    <Table
      label="Models"
      rows={models}
      keyOf={model => model.name}
      columns={[
        { title: 'Model', cell: model => <a href={modelPath(model.name)}>{model.name}</a> },
        { title: 'Aliases', cell: model => <Aliases of={model.aliases} /> },
        { title: 'Versions', figures: true, cell: model => model.versions },
        { title: 'Kind', spare: true, cell: model => model.kind },
        { title: 'Role', spare: true, cell: model => model.role },
        { title: 'Target', spare: true, cell: model => model.target ?? '–' },
        { title: 'Newest', figures: true, cell: model => moment(model.updated) },
      ]}
    />
  )
}
