import { diskMutations } from './mutations-disk.ts'
import { flowMutations } from './mutations-flow.ts'
import { protocolMutations } from './mutations-protocol.ts'
import { sinkMutations } from './mutations-sinks.ts'
import type { Mutation } from './mutation.ts'

/** Deliberate mistakes by name. Every one but the harmless must be found by some seed. */
export const mutations: Readonly<Record<string, Mutation>> = {
  ...protocolMutations,
  ...diskMutations,
  ...sinkMutations,
  ...flowMutations,
}
