import type * as runtime from './streaming/index.ts'

/** The parts of the stream runtime, for tests and tools that drive it themselves. */
export type StreamRuntime = typeof runtime

/** Loads the stream runtime, as the first job does. */
export async function streamRuntime(): Promise<StreamRuntime> {
  return import('./streaming/index.ts')
}
