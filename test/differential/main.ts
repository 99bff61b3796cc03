/** `npm run differential -- --seeds 500 [--from N] [--runs N] [--law rows|groups|library]`: kernels against SQL under many seeds. */
import { parseArgs } from 'node:util'
import { explore } from './explore.ts'
import { laws, onGround } from './laws.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    /** Expressions a seed and a law; of `library`, five queries each, a tenth. */
    runs: { type: 'string', default: '100' },
    law: { type: 'string' },
  },
})

function numberOf(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`not a whole number: ${text}`)
  return number
}

const [seeds, from, runs] = [numberOf(values.seeds), numberOf(values.from), numberOf(values.runs)]
const chosen = Object.entries(laws).filter(([name]) => values.law === undefined || values.law === name)
if (chosen.length === 0) throw new Error(`unknown law: ${values.law} (have ${Object.keys(laws).join(', ')})`)

let broken = 0
await onGround(async ground => {
  for (let seed = from; seed < from + seeds; seed++)
    for (const [name, law] of chosen) {
      const wrong = await explore(law, ground, { seed, runs: name === 'library' ? Math.ceil(runs / 10) : runs })
      if (wrong === undefined) continue
      broken++
      process.stdout.write(`seed ${seed}, law ${name}: ${wrong}\n`)
    }
})
process.stdout.write(
  `${seeds} seeds from ${from}, ${runs} expressions each of ${chosen.map(([name]) => name).join(', ')}: ${broken} laws broken\n`,
)
process.exitCode = broken === 0 ? 0 : 1
