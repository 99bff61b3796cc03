/** `npm run simulate -- --seeds 20000 [--from N] [--mutation NAME] [--trace SEED] [--mutants SEEDS]` */
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { randomConfig } from './config.ts'
import { mutations } from './mutations.ts'
import type { Mutation } from './mutation.ts'
import { runSeed, runSeeds, type Sum } from './run-seeds.ts'

const usage = 'usage: npm run simulate -- [--seeds N] [--from N] [--mutation NAME] | --trace SEED [--mutation NAME] | --mutants SEEDS'
/** Fewer seeds are run in this process. */
const fewSeeds = 1000

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '0' },
    mutation: { type: 'string' },
    trace: { type: 'string' },
    mutants: { type: 'string' },
    // How this program starts itself: which of how many.
    share: { type: 'string' },
  },
})

function mutationOf(name: string | undefined): Mutation | undefined {
  if (name === undefined) return undefined
  const found = mutations[name]
  if (found === undefined) throw new Error(`unknown mutation: ${name} (have ${Object.keys(mutations).join(', ')})`)
  return found
}

function numberOf(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`not a whole number: ${text}\n${usage}`)
  return number
}

/** The seeds on all cores, each core every n-th of them. */
async function runAll(from: number, to: number): Promise<Sum> {
  const cores = to - from > fewSeeds ? availableParallelism() : 1
  if (cores === 1) return runSeeds({ from, to, mutation: mutationOf(values.mutation) })
  const args = (share: number): string[] => [
    '--share',
    `${share}/${cores}`,
    '--seeds',
    String(to - from),
    '--from',
    String(from),
    ...(values.mutation === undefined ? [] : ['--mutation', values.mutation]),
  ]
  const sums = await Promise.all(
    Array.from({ length: cores }, (_, share) => {
      const { promise, resolve, reject } = Promise.withResolvers<Sum>()
      const child = fork(import.meta.filename, args(share), { execArgv: process.execArgv })
      child.on('message', message => resolve(message as Sum))
      child.on('exit', code => reject(new Error(`share ${share} ended with exit code ${code}`)))
      return promise
    }),
  )
  return {
    failed: sums.flatMap(({ failed }) => failed).sort((a, b) => a.seed - b.seed),
    ran: sums.reduce((sum, { ran }) => sum + ran, 0),
    steps: sums.reduce((sum, { steps }) => sum + steps, 0),
    attempts: sums.reduce((sum, { attempts }) => sum + attempts, 0),
    refused: sums.reduce((sum, { refused }) => sum + refused, 0),
  }
}

function trace(seed: number): void {
  const log: string[] = []
  const result = runSeed(seed, mutationOf(values.mutation), log)
  console.log(randomConfig(seed), `\n${log.join('\n')}\n`, result)
  if (result.violation !== undefined) process.exitCode = 1
}

function findMutants(seeds: number): void {
  for (const [name, mutation] of Object.entries(mutations)) {
    const { failed, ran } = runSeeds({ from: numberOf(values.from), to: numberOf(values.from) + seeds, mutation, most: 1 })
    const [first] = failed
    const found = first === undefined ? `not found in ${ran} seeds` : `seed ${first.seed}: ${first.violation?.split('\n')[0]}`
    console.log(`${name}${mutation.harmless === true ? ' (harmless)' : ''}\t${found}`)
    if (first === undefined && mutation.harmless !== true) process.exitCode = 1
  }
}

async function main(): Promise<void> {
  if (values.trace !== undefined) {
    trace(numberOf(values.trace))
    return
  }
  if (values.mutants !== undefined) {
    findMutants(numberOf(values.mutants))
    return
  }
  const from = numberOf(values.from)
  const to = from + numberOf(values.seeds ?? '2000')
  if (values.share !== undefined) {
    const [share, cores] = values.share.split('/').map(Number) as [number, number]
    process.send?.(runSeeds({ from: from + share, to, stride: cores, mutation: mutationOf(values.mutation) }))
    process.disconnect()
    return
  }
  const begun = performance.now()
  const { failed, ran, steps, attempts, refused } = await runAll(from, to)
  const seconds = (performance.now() - begun) / 1000
  console.log(
    `${ran} seeds in ${seconds.toFixed(1)} s (${Math.round(ran / seconds)} a second), ${steps} steps, ${attempts} attempts, ${refused} refused after damage: ${failed.length} violations`,
  )
  for (const { seed, violation } of failed) console.log(`seed ${seed}: ${violation}`)
  if (failed.length > 0) process.exitCode = 1
}

await main()
