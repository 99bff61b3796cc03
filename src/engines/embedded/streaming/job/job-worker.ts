/** One thread of a job: it is started with its share of the graph, and told by the thread that watches when to take checkpoints. */
import { parentPort, workerData } from 'node:worker_threads'
import { errorToWire, keepLoopsStoppable } from '../../../../workers/index.ts'
import { SourceSubtask } from '../core/index.ts'
import type { FromThread, ThreadStart, ToThread } from './messages.ts'
import { type ThreadLoop, threadLoop } from './thread-loop.ts'
import { openTasks, type ThreadTasks } from './thread-tasks.ts'
import { faultOf } from './worth-retry.ts'

keepLoopsStoppable()
// Not awaited at the top of the module: V8 can end the whole process when a thread is ended while it does (nodejs/node issue 62114).
void run(workerData as ThreadStart)

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
    post({ kind: 'failed', error: errorToWire(faultOf(error, start.graph.name)) })
  } finally {
    for (const link of tasks?.links ?? []) link.close()
    parentPort?.close()
  }
}

function told(message: ToThread, subtasks: ThreadTasks['subtasks'], loop: ThreadLoop): void {
  switch (message.kind) {
    case 'request':
      for (const subtask of sourcesOf(subtasks)) subtask.request(message.epoch, message.stop)
      break
    case 'drain':
      for (const subtask of sourcesOf(subtasks)) subtask.drain()
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

function sourcesOf(subtasks: ThreadTasks['subtasks']): readonly SourceSubtask[] {
  return subtasks.filter(subtask => subtask instanceof SourceSubtask)
}

function post(message: FromThread): void {
  parentPort?.postMessage(message)
}
