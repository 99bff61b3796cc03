import { LinearRegExp } from '../../src/kernels/patterns/linear-regexp.ts'
import { longestText, textPattern } from '../../src/kernels/patterns/text-pattern.ts'
import { type BenchCase, inTurns, median, result, unpaired } from '../measure.ts'

const line =
  '192.168.17.4 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"'
const log = '^([^ ]+) [^ ]+ [^ ]+ \\[([^\\]]+)\\] "(\\w+) ([^ ]+) [^"]*" (\\d+) (\\d+)'

/** Patterns over a line of a log and over a text made to be slow, in nanoseconds a character: JavaScript's engine, the machine that never goes back, and the choice between them. */
export const patterns: BenchCase = async ({ quick }) => {
  const times = quick ? 2000 : 20_000
  const each = (count: number, chars: number, run: () => unknown) => async (): Promise<number> => {
    const from = performance.now()
    for (let n = 0; n < count; n++) run()
    return ((performance.now() - from) * 1e6) / count / chars
  }
  const [native, machine, chosen] = [new RegExp(log, 'u'), new LinearRegExp(log, 'u'), textPattern(log)]
  const peer = each(times * 10, line.length, () => native.exec(line))
  const own = await inTurns(
    5,
    each(times / 10, line.length, () => machine.exec(line)),
    peer,
  )
  const choice = await inTurns(
    5,
    each(times * 10, line.length, () => chosen.for(line).exec(line)),
    peer,
  )
  const hostile = `${'a'.repeat(100_000)}!`
  const slow = await each(3, hostile.length, () => textPattern('(a+)+$').for(hostile).test(hostile))()
  let fresh = 0
  // Each pattern is read once, so each is another one.
  const reading = async (made: (n: number) => string): Promise<number> => {
    const read = each(20, 1e6, () => longestText(made(fresh++), 'u'))
    const all: number[] = []
    for (let round = 0; round < 6; round++) all.push(await read())
    return median(all.slice(1))
  }
  const plain = await reading(n => `${log}${n}`)
  const wide = await reading(n => `[^é]+[^ü]+x${n}`)
  const unit = 'ns a character'
  const engine = "JavaScript's engine"
  return [
    result('pattern, the machine', unit, engine, own),
    result('pattern, as chosen', unit, engine, choice),
    unpaired('pattern, 100,000 hostile letters', unit, slow, `the steps of ${engine} double with each letter`),
    unpaired('pattern, reading one', 'ms', plain, 'the engine reads it besides'),
    unpaired('pattern, reading one with sets beyond ASCII', 'ms', wide, 'the engine reads it besides'),
  ]
}
