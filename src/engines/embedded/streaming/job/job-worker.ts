/** One thread of a job: it is started with its share of the graph, and told by the thread that watches when to take checkpoints. */
import { parentPort, workerData } from 'node:worker_threads'
import { TidemillError } from '../../../../errors/index.ts'
import { errorToWire, keepLoopsStoppable, messageOf } from '../../../../workers/index.ts'
import type { FromThread, ThreadStart, ToThread } from './messages.ts'
import { type ThreadLoop, threadLoop } from './thread-loop.ts'
import { openTasks, type ThreadTasks } from './thread-tasks.ts'

keepLoopsStoppable()
await run(workerData as ThreadStart)

async function run(start: ThreadStart): Promise<void> {
  const early: ToThread[] = []
  let hear = (message: ToThread): void => void early.push(message)
  parentPort?.on('message', (message: ToThread) => hear(message))
  let tasks: ThreadTasks | undefined
  try {
    tasks = await openTasks(start, report => post({ kind: 'report', report }))
    const loop = threadLoop({ tasks, figures: figures => post({ kind: 'figures', figures }) })
    const { subtasks } = tasks
    hear = message => {
      told(message, subtasks, loop)
    }
    for (const message of early) hear(message)
    post({ kind: 'ready' })
    await loop.run()
    for (const subtask of tasks.subtasks) subtask.close()
    post({ kind: 'closed' })
  } catch (error) {
    post({ kind: 'failed', error: errorToWire(ours(error)) })
  } finally {
    for (const link of tasks?.links ?? []) link.close()
    parentPort?.close()
  }
}

function told(message: ToThread, subtasks: ThreadTasks['subtasks'], loop: ThreadLoop): void {
  switch (message.kind) {
    case 'request':
      for (const subtask of subtasks) subtask.request(message.epoch, message.stop)
      break
    case 'drain':
      for (const subtask of subtasks) subtask.drain()
      break
    case 'completed':
      for (const subtask of subtasks) subtask.completed(message.epoch)
      break
    case 'close':
      loop.stop()
      break
  }
  loop.wake()
}

/** Errors of the disk and faults keep their text as the cause. */
function ours(error: unknown): TidemillError {
  if (error instanceof TidemillError) return error
  return new TidemillError('stream.failed', `job ended by a fault: ${messageOf(error)}`, { cause: error })
}

function post(message: FromThread): void {
  parentPort?.postMessage(message)
}
