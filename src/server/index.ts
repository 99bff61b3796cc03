/** Floor 7: one fetch handler that serves models, and a socket for it. */
export { app, type App, type AppOptions } from './app.ts'
export { listen, type Listening, type ListenOptions } from './listen.ts'
export { fixedModels, type ModelSource, type ServedModel } from './model-source.ts'
export type { Limits, Route } from './route.ts'
export { exampleRow, requestBody, type RequestBody } from './request-body.ts'
export { workspaceModels } from './workspace-models.ts'
