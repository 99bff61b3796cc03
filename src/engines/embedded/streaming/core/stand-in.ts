import { rowsOf, batchFromRows } from '../../../../batch/index.ts'
import { windowOperator } from '../operators/window.ts'
import { hashKeys, groupOf, timesOf, withTime, withoutTime } from '../operators/index.ts'
import type { Operator, OperatorContext, Stage, StateRecord, DeadLetter } from '../seams.ts'

export function makeOperators(stage: Stage, context: OperatorContext): readonly Operator[] {
  return stage.steps.map((step): Operator => {
    if (step.kind === 'window') return windowOperator(step)
    if (step.kind !== 'process') throw new Error('stand-in')
    const user = (context.functions.get(step.fn.hash) as any)() 
    const states = new Map<string, { group: number; state: any }>()
    const dirty = new Set<string>()
    const encode = (key: string): StateRecord => ({ group: states.get(key)!.group, bytes: new TextEncoder().encode(JSON.stringify([key, states.get(key)!.state])) })
    return {
      id: step.id,
      process({ batch, born }, emit) {
        const times = timesOf(batch)!
        const plain = withoutTime(batch)
        const at = batch.fields.findIndex(f => f.name === 'category')
        const hashes = hashKeys([batch.columns[at]!], batch.rows)
        const rows = rowsOf(plain) as any[]
        const out: any[] = []
        const outTimes: bigint[] = []
        const dead: DeadLetter[] = []
        rows.forEach((row, i) => {
          const held = states.get(row.category) ?? { group: groupOf(hashes[i]!), state: user.state() }
          for (let tries = 0; ; tries++) {
            const context = { state: structuredClone(held.state) }
            try {
              const made = user.event(row, context)
              states.set(row.category, { group: held.group, state: context.state })
              dirty.add(row.category)
              for (const each of made) { out.push(each); outTimes.push(BigInt(times[i]!)) }
              break
            } catch (error) {
              if (tries < 2) continue
              dead.push({ payload: new TextEncoder().encode(JSON.stringify(row)), error: String(error), step: step.id, position: row.category })
              break
            }
          }
        })
        if (dead.length > 0) emit.dead(dead)
        if (out.length > 0) emit.rows({ batch: withTime(batchFromRows(step.fields, out), BigInt64Array.from(outTimes)), born })
      },
      changes() { const records = [...dirty].map(encode); dirty.clear(); return records },
      image: () => [...states.keys()].map(encode),
      restore(record) { const [key, state] = JSON.parse(new TextDecoder().decode(record.bytes)); states.set(key, { group: record.group, state }) },
    }
  })
}
