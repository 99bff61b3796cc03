/** What runs on a thread of the pool: one piece of work after the other. It never loads an engine. */
import { parentPort } from 'node:worker_threads'
import { transferables } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type AnyFunction, loadFunction } from './load-function.ts'
import { type Answer, type BatchAnswer, errorToWire, isOurs, messageOf, type Request } from './protocol.ts'
import { runBatch } from './run-batch.ts'
import type { HostFunction } from './seams.ts'
import { keepLoopsStoppable } from './stoppable.ts'
import { fromWire, toWire } from './wire-values.ts'

keepLoopsStoppable()
const functions = new Map<string, HostFunction>()
let turn: Promise<void> = Promise.resolve()

parentPort?.on('message', (request: Request) => {
  if (typeof request.fn !== 'string') functions.set(request.fn.hash, request.fn)
  turn = turn.then(() => serve(request))
})

async function serve(request: Request): Promise<void> {
  const fn = typeof request.fn === 'string' ? functions.get(request.fn) : request.fn
  try {
    if (fn === undefined) throw new TidemillError('workers.died', 'a worker lost a function')
    const call = await loadFunction(fn)
    if (request.work.kind === 'batch') {
      const value = await runBatch(fn, call, request.work)
      post({ id: request.id, value }, transfersOf(value))
    } else post({ id: request.id, value: toWire(await callOnce(fn, call, fromWire(request.work.argument))) }, [])
  } catch (error) {
    const ours = isOurs(error) ? error : failure(fn?.name ?? '', error)
    post({ id: request.id, error: errorToWire(ours) }, [])
  }
}

async function callOnce(fn: HostFunction, call: AnyFunction, argument: unknown): Promise<unknown> {
  return (await call(argument, fn.with)) as unknown
}

function failure(name: string, error: unknown): TidemillError {
  if (error instanceof DOMException && error.name === 'DataCloneError')
    return new TidemillError('workers.not-cloneable', `value cannot be sent back from a worker: ${name} gave ${error.message}`, {
      cause: error,
    })
  return new TidemillError('workers.function-failed', `function ${name} failed: ${messageOf(error)}`, {
    details: { function: name },
    cause: error,
  })
}

function transfersOf({ batch }: BatchAnswer): ArrayBuffer[] {
  return batch === undefined ? [] : transferables(batch)
}

function post(answer: Answer, transfer: ArrayBuffer[]): void {
  parentPort?.postMessage(answer, transfer)
}
