import { formatCount, formatSeconds, formatSize } from '../display/index.ts'
import { bytesPerCpuSecond, otherBytesPerCpuSecond } from './rates.ts'
import type { Figures, RunAdvice } from './types.ts'

const MB = 1024 * 1024
const leastMemory = 256 * MB
/** Starting executors, shuffling over the network, and rows as JVM objects cost about this much, measured on Spark beside DuckDB. */
const distributedOverhead = 3
const workerProcessors = 4

/** Where to run: on this machine, unless the time or the disk do not reach. */
export function adviseRun(figures: Figures, within: number, pricePerCpuHour: number | undefined): RunAdvice {
  const { machine, sources, steps } = figures
  const reading = sources.reduce((sum, source) => sum + source.bytes / (bytesPerCpuSecond[source.kind] ?? otherBytesPerCpuSecond), 0)
  const working = steps.reduce((sum, step) => sum + step.cpuSeconds, 0)
  const needed = steps.reduce((sum, step) => sum + step.memoryBytes, 0)
  const cpuSeconds = reading + working
  const seconds = cpuSeconds / machine.threads
  const memoryLimit = Math.min(machine.memoryBytes, Math.max(leastMemory, Math.ceil((needed * 1.5) / MB) * MB))
  const spillBytes = Math.max(0, needed - memoryLimit)
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0)
  const because = [
    `${formatSize(bytes)} to read and ${formatCount(steps.reduce((most, step) => Math.max(most, step.rowsIn), 0))} rows in the largest step: ${spoken(cpuSeconds)} of processor time, ${spoken(seconds)} on ${machine.threads} threads (asked for: within ${formatSeconds(within)})`,
    needed === 0
      ? 'no step holds rows in memory'
      : `steps hold ${formatSize(needed)} at once; the engine may have ${formatSize(machine.memoryBytes)} here`,
  ]
  const price = pricePerCpuHour === undefined ? {} : { price: (cpuSeconds / 3600) * pricePerCpuHour }
  const common = { memoryLimit, cpuSeconds, seconds, spillBytes }
  if (seconds > within || spillBytes > machine.freeDiskBytes) {
    const workers = Math.max(2, Math.ceil((cpuSeconds * distributedOverhead) / (within * workerProcessors)))
    if (spillBytes > machine.freeDiskBytes)
      because.push(`${formatSize(spillBytes)} would be spilled, and ${formatSize(machine.freeDiskBytes)} are free on the disk`)
    because.push(
      `a cluster costs about ${distributedOverhead} times the processor time: ${workers} workers of ${workerProcessors} processors make it in time`,
    )
    return {
      ...common,
      where: 'engine',
      workers,
      ...(price.price === undefined ? {} : { price: price.price * distributedOverhead }),
      because,
    }
  }
  because.push(
    spillBytes > 0
      ? `${formatSize(spillBytes)} are spilled to the disk, which has ${formatSize(machine.freeDiskBytes)} free`
      : 'all of it fits in memory',
    `a cluster would cost about ${distributedOverhead} times the processor time: it pays from ${formatSeconds(within)} on this machine`,
  )
  return { ...common, where: 'embedded', ...price, because }
}

function spoken(seconds: number): string {
  return seconds < 1 ? 'less than 1 s' : formatSeconds(seconds)
}
