import type { VNode } from 'preact'
import type { ModelList } from '../api/answers.ts'
import { ProblemBox } from '../parts/problem.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { Page } from '../shell/page.tsx'
import { NoModels } from './first-things.tsx'
import { ModelTable } from './model-table.tsx'

const code = {
  shell: 'tidemill models',
  typescript: "const tm = await tidemill({ workspace: '.tidemill' })\nawait tm.models.list()",
  http: 'GET /api/models',
}

/** All registered models. */
export function ModelsPage(): VNode {
  const { value, error } = useAnswer<ModelList>('/api/models')
  return (
    <Page page="models" title="Models" code={code}>
      <div class="head">
        <h1>Models</h1>
      </div>
      {error === undefined ? null : <ProblemBox error={error} />}
      {value === undefined ? null : (
        <section class="card">{value.models.length === 0 ? <NoModels /> : <ModelTable models={value.models} />}</section>
      )}
    </Page>
  )
}
