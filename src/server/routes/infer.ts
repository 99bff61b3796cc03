import { randomUUID } from 'node:crypto'
import { didYouMean, TidemillError } from '../../errors/index.ts'
import type { Schema } from '../../schema/index.ts'
import { answer } from '../answer.ts'
import { batchOf } from '../batch-of.ts'
import { parseInfer } from '../parse-infer.ts'
import { predict } from '../predict.ts'
import { readBody } from '../read-body.ts'
import { type Asked, referenceOf, type ServedRoute, type Service } from '../route.ts'
import { tensorText } from '../tensor-text.ts'

const handle = async ({ request, params }: Asked, { models, limits, scheduler }: Service): Promise<Response> => {
  // Before the body: a model that is not there is the first thing to know.
  const { name, version, model } = await models.get(referenceOf(params))
  if (request.headers.has('inference-header-content-length'))
    throw new TidemillError('server.body', 'binary data are not served; send JSON', { details: { status: 415 } })
  const asked = parseInfer(await readBody(request, limits.bodyBytes))
  const wanted = outputsFor(asked.outputs, model.adds)
  const columns = await predict(model, batchOf(asked, model.needs, limits.rows), { scheduler, signal: request.signal })
  const outputs = wanted.map(field => {
    const column = columns[model.adds.indexOf(field)]
    if (column === undefined) throw new TidemillError('engine.internal', `model ${name} did not write its output ${field.name}`)
    return tensorText(field, column, model.classes?.length)
  })
  const id = asked.id ?? randomUUID()
  return answer(
    `{"model_name":${JSON.stringify(name)},"model_version":${JSON.stringify(version)},"id":${JSON.stringify(id)},"outputs":[${outputs.join(',')}]}`,
  )
}

function outputsFor(names: readonly string[] | undefined, adds: Schema): Schema {
  if (names === undefined) return adds
  return [...new Set(names)].map(name => {
    const field = adds.find(one => one.name === name)
    if (field !== undefined) return field
    const have = adds.map(one => one.name)
    const hint = didYouMean([name.slice(0, 100)], have)
    throw new TidemillError(
      'server.tensor',
      `unknown output: ${name.slice(0, 100)} (have ${have.join(', ')})`,
      hint === undefined ? {} : { hint },
    )
  })
}

/** Predictions of a model: the same as in a table, to the bit. */
export const infer: ServedRoute = {
  method: 'POST',
  path: '/v2/models/:name/infer',
  open: false,
  summary: 'predictions for the rows in the body',
  handle,
}
export const versionInfer: ServedRoute = {
  method: 'POST',
  path: '/v2/models/:name/versions/:version/infer',
  open: false,
  summary: 'predictions of a version of the model',
  handle,
}
