/** Names of what a sink keeps in files: who wrote it, and in which attempt. */
import { hashBytes } from '../../../../storage/index.ts'

/** What every name of a job's sink begins with: words for people, and a hash that tells apart what the words do not. */
export function ownerOf(job: string, step: string): string {
  return `${words(job)}-${words(step)}-${hashBytes(`${job}\0${step}`).slice(0, 10)}`
}

function words(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_]+/g, '-').replaceAll(/^-+|-+$/g, '')
  return plain.slice(0, 32) || 'x'
}

/** Where rows were written. */
export interface WriterPlace {
  readonly generation: number
  readonly stage: number
  readonly subtask: number
}

/** The id of the `number`-th piece that a writer makes. */
export function tokenId(owner: string, { generation, stage, subtask }: WriterPlace, number: number): string {
  return `${owner}-g${generation}-s${stage}-${subtask}-${number}`
}

/** The generation in an id of this owner; undefined when it belongs to somebody else. */
export function generationOf(owner: string, id: string): number | undefined {
  if (!id.startsWith(`${owner}-`)) return undefined
  const found = /^g(\d+)-s\d+-\d+-\d+$/.exec(id.slice(owner.length + 1))?.[1]
  return found === undefined ? undefined : Number(found)
}
