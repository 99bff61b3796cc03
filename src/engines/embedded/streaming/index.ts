/** The stream runtime: plans over streams as jobs on threads. Loaded when the first job is started. */
export type * from './seams.ts'
export * from './compile/index.ts'
export * from './core/index.ts'
export * from './disk/index.ts'
export * from './job/index.ts'
export * from './sinks/index.ts'
export * from './sources/index.ts'
