import { answer } from '../answer.ts'
import { metadataOf } from '../metadata.ts'
import { type Asked, referenceOf, type Service, type ServedRoute } from '../route.ts'

/** The names of all models. */
export const models: ServedRoute = {
  method: 'GET',
  path: '/v2/models',
  open: false,
  summary: 'the names of the models',
  handle: async (_, service) => answer({ models: await service.models.names() }),
}

/** What a model wants and gives; `handle` is shared with the route of a version. */
const metadata = async (asked: Asked, { models: source }: Service): Promise<Response> => {
  const served = await source.get(referenceOf(asked.params))
  const versions = (await source.versions?.(served.name)) ?? [served.version]
  return answer(metadataOf(served, versions))
}
export const model: ServedRoute = {
  method: 'GET',
  path: '/v2/models/:name',
  open: false,
  summary: 'the inputs and outputs of a model; the name may be `price`, `price@champion`, `price@3`',
  handle: metadata,
}
export const version: ServedRoute = {
  method: 'GET',
  path: '/v2/models/:name/versions/:version',
  open: false,
  summary: 'the inputs and outputs of a version of a model',
  handle: metadata,
}

const modelReadiness = async (asked: Asked, { models: source }: Service): Promise<Response> => {
  const { name } = await source.get(referenceOf(asked.params))
  return answer({ name, ready: true })
}
export const modelReady: ServedRoute = {
  method: 'GET',
  path: '/v2/models/:name/ready',
  open: false,
  summary: 'the model is loaded and can predict',
  handle: modelReadiness,
}
export const versionReady: ServedRoute = {
  method: 'GET',
  path: '/v2/models/:name/versions/:version/ready',
  open: false,
  summary: 'a version of the model is loaded and can predict',
  handle: modelReadiness,
}
