import { median, type Result, result, turns, type Unpaired, unpaired } from '../measure.ts'
import { startSklearn, type Turn } from './sklearn.ts'

/** One case against scikit-learn. */
export interface Match {
  readonly name: string
  readonly unit: 'ms' | 'µs'
  readonly rounds: number
  readonly program: Parameters<typeof startSklearn>[0]
  readonly args: readonly (string | number)[]
  /** Our turn: gives what it is good for, such as an accuracy; what it took is measured around it. */
  ours(): Promise<number>
  /** How many things one turn does, where the figure is for one of them. Default: 1. */
  readonly perTurn?: { readonly ours: number; readonly peer: number }
  /** The aim for ours / peer, in wall time. */
  readonly aim: number | undefined
  readonly say: (text: string) => void
}

/** Runs the match in turns; wall times decide, CPU times and scores are told beside them. */
export async function againstSklearn(match: Match): Promise<Result | Unpaired> {
  const { name, unit, rounds, program, args, ours, perTurn = { ours: 1, peer: 1 }, aim, say } = match
  const [mine, theirs]: [Turn[], Turn[]] = [[], []]
  const each = (ms: number, count: number): number => (ms * (unit === 'µs' ? 1_000 : 1)) / count
  const turn = async (): Promise<number> => {
    const cpu = process.cpuUsage()
    const began = performance.now()
    const score = await ours()
    const wallMs = performance.now() - began
    const { user, system } = process.cpuUsage(cpu)
    mine.push({ wallMs, cpuMs: (user + system) / 1000, score })
    return wallMs
  }
  const tellOurs = (): string => told('ours', mine, ms => each(ms, perTurn.ours), unit)
  const peer = await startSklearn(program, args, say)
  if ('missing' in peer) {
    for (let round = 0; round < rounds; round++) await turn()
    return unpaired(name, unit, each(median(mine.map(({ wallMs }) => wallMs)), perTurn.ours), peer.missing, tellOurs())
  }
  await using running = peer
  const took = await turns(rounds, turn, async () => {
    const found = await running.turn()
    theirs.push(found)
    return found.wallMs
  })
  const pair = { ours: each(took.ours, perTurn.ours), peer: each(took.peer, perTurn.peer) }
  return result(name, unit, running.name, pair, {
    note: `${tellOurs()}; ${told('peer', theirs, ms => each(ms, perTurn.peer), unit)}`,
    ...(aim === undefined ? {} : { aim: { text: `at most ${aim} of the time`, met: pair.ours / pair.peer <= aim } }),
  })
}

function told(who: string, all: readonly Turn[], inUnit: (ms: number) => number, unit: string): string {
  const cpu = Number(inUnit(median(all.map(({ cpuMs }) => cpuMs))).toPrecision(3))
  return `${who} ${cpu} CPU ${unit}, accuracy ${median(all.map(({ score }) => score)).toFixed(4)}`
}
