/** Floor 7: models by name, version and alias, with their history; runs and what they logged; one folder, many processes. */
// `export type *`, so that `declare module 'tidemill/models' { interface Catalog {} }` reaches the interface.
export type * from './types.ts'
export { lazyWorkspace, openWorkspace, type WorkspaceOptions } from './workspace.ts'
