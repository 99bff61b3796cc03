import type { MessagePort } from 'node:worker_threads'
import { type Clock, systemClock } from '../../../../time/index.ts'
import { localChannel, openSubtask, Receiver, type Sending, routesOf, Sender, type Subtask } from '../core/index.ts'
import { drive, localDisk } from '../disk/index.ts'
import type { OperatorContext, Report, SourceReader, Stage } from '../seams.ts'
import { openSource } from '../sources/index.ts'
import { type ChannelPlace, channelsOf, threadOf } from './channel-map.ts'
import { Link } from './link.ts'
import { loadContext } from './load-context.ts'
import type { ThreadStart } from './messages.ts'
import { openSinks } from './open-sinks.ts'

export interface ThreadTasks {
  readonly subtasks: readonly Subtask[]
  readonly links: readonly Link[]
}

/**
 * Makes the subtasks of one thread: functions are loaded, sources and sinks opened, state read back, channels joined.
 *
 * @throws what a function, a source, a sink or a state file throws
 */
export async function openTasks(start: ThreadStart, report: (report: Report) => void, clock: Clock = systemClock): Promise<ThreadTasks> {
  const { graph, thread, threads } = start
  const context = await loadContext(graph, clock)
  const disk = localDisk()
  const sinks = await openSinks(graph, { job: start.job, folder: start.home, disk })
  const { inputs, outputs, links } = joinChannels(start)
  const subtasks: Subtask[] = []
  for (const stage of graph.stages)
    for (let index = thread; index < stage.parallelism; index += threads) {
      const reader = readerOf(start, stage, index, context)
      const place = {
        graph,
        job: start.job,
        folder: start.folder,
        baseFolder: start.baseFolder,
        stage: stage.index,
        index,
        generation: start.generation,
        base: start.base,
        disk,
        clock,
        context,
        inputs: inputs(stage.index, index),
        outputs: outputs(stage.index, index),
        reader,
        sinks,
        report,
      }
      // One after the other: they share a disk and a thread.
      // oxlint-disable-next-line no-await-in-loop
      subtasks.push(await drive(openSubtask(place)))
    }
  return { subtasks, links }
}

function readerOf(
  { partitions }: ThreadStart,
  stage: Stage,
  index: number,
  { clock, functions }: OperatorContext,
): SourceReader | undefined {
  if (stage.source === undefined) return undefined
  const share = { index, width: stage.parallelism, initial: partitions[stage.index] ?? [] }
  return openSource(stage.source, share, { clock, functions })
}

interface Channels {
  inputs(stage: number, index: number): readonly Receiver[]
  outputs(stage: number, index: number): readonly (readonly Sending[])[]
  readonly links: readonly Link[]
}

/** Both ends of the channels between subtasks of this thread; one end of those to other threads. */
function joinChannels({ graph, thread, threads, links: ports }: ThreadStart): Channels {
  const senders = new Map<number, Sending>()
  const receivers = new Map<number, Receiver>()
  const links = new Map<number, Link>()
  const linkTo = (other: number): Link => {
    const known = links.get(other)
    if (known !== undefined) return known
    const link = new Link(ports[other] as MessagePort, {
      message: (channel, message) => receivers.get(channel)?.deliver(message),
      credits: (channel, credits) => senders.get(channel)?.giveBack(credits),
    })
    links.set(other, link)
    return link
  }
  const channels = channelsOf(graph)
  for (const { id, from, to } of channels) {
    const [writes, reads] = [threadOf(from.index, threads), threadOf(to.index, threads)]
    if (writes === thread && reads === thread) {
      const channel = localChannel()
      senders.set(id, channel.sender)
      receivers.set(id, channel.receiver)
    } else if (writes === thread) senders.set(id, new Sender(message => linkTo(reads).send(id, message)))
    else if (reads === thread) receivers.set(id, new Receiver(credits => linkTo(writes).giveBack(id, credits)))
  }
  // A thread that only reads must be heard too.
  for (const [other, port] of ports.entries()) if (port !== undefined) linkTo(other)
  return {
    links: [...links.values()],
    inputs: (stage, index) => channels.filter(isOf('to', stage, index)).map(({ id }) => receivers.get(id) as Receiver),
    outputs: (stage, index) => {
      const own = channels.filter(isOf('from', stage, index))
      const taken = new Set<number>()
      return routesOf(graph, stage).map(({ to, width }) =>
        Array.from({ length: width }, (_, target) => {
          const channel = own.find(({ id, to: at }) => at.stage === to && at.index === target && !taken.has(id)) as ChannelPlace
          taken.add(channel.id)
          return senders.get(channel.id) as Sending
        }),
      )
    },
  }
}

function isOf(end: 'from' | 'to', stage: number, index: number): (channel: ChannelPlace) => boolean {
  return channel => channel[end].stage === stage && channel[end].index === index
}
