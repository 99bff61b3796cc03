/** Every route of the server. There is no other list: the router and the test of access are made of this one. */
import type { ServedRoute } from '../route.ts'
import { live, ready } from './health.ts'
import { infer, versionInfer } from './infer.ts'
import { model, modelReady, models, version, versionReady } from './models.ts'
import { server } from './server.ts'

export const routes: readonly ServedRoute[] = Object.freeze(
  [server, live, ready, models, model, modelReady, infer, version, versionReady, versionInfer].map(route => Object.freeze(route)),
)
