import { expect, test } from 'vitest'
import { type Machine, machineLimits } from './index.ts'

const GB = 1024 ** 3
const machine = (files: Record<string, string>, more: Partial<Machine> = {}): Machine => ({
  totalMemory: 16 * GB,
  constrainedMemory: 0,
  processors: 8,
  file: path => files[path],
  ...more,
})

test('without a control group the memory of the machine counts', () => {
  const { memoryBytes, threads, why } = machineLimits(machine({}))
  expect(memoryBytes).toBe(Math.floor(0.6 * 16 * GB) - 350 * 1024 ** 2)
  expect(threads).toBe(8)
  expect(why.memory).toBe('0.6 x 16384 MB (memory of the machine) - 350 MB')
})

test('the limits of a version 2 group and of those above it count', () => {
  const files = {
    '/proc/self/cgroup': '0::/pods/one\n',
    '/sys/fs/cgroup/pods/one/memory.max': 'max\n',
    '/sys/fs/cgroup/pods/memory.max': `${2 * GB}\n`,
    '/sys/fs/cgroup/pods/one/cpu.max': '150000 100000\n',
  }
  const { memoryBytes, threads, why } = machineLimits(machine(files))
  expect(memoryBytes).toBe(Math.floor(0.6 * 2 * GB) - 350 * 1024 ** 2)
  expect(threads).toBe(1)
  expect(why).toEqual({ memory: '0.6 x 2048 MB (cgroup) - 350 MB', threads: 'quota of the cgroup: 1.5 of 8 processors' })
})

test('inside a container, where the path is that of the host, the root of the mount counts', () => {
  const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': String(GB), '/sys/fs/cgroup/cpu.max': 'max 100000' }
  expect(machineLimits(machine(files)).why.memory).toContain('1024 MB (cgroup)')
})

test('a version 1 group counts, and its number for no limit does not', () => {
  const proc = '5:cpu,cpuacct:/docker/a\n4:memory:/docker/a\n0::/\n'
  const files = {
    '/proc/self/cgroup': proc,
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': String(GB),
    '/sys/fs/cgroup/cpu/docker/a/cpu.cfs_quota_us': '200000\n',
    '/sys/fs/cgroup/cpu/docker/a/cpu.cfs_period_us': '100000\n',
  }
  expect(machineLimits(machine(files))).toMatchObject({ memoryBytes: Math.floor(0.6 * GB) - 350 * 1024 ** 2, threads: 1 })
  const free = { '/proc/self/cgroup': proc, '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712' }
  expect(machineLimits(machine(free)).why.memory).toContain('memory of the machine')
})

test('a small machine gets the least that works, and says so', () => {
  const { memoryBytes, threads, why } = machineLimits(machine({}, { constrainedMemory: GB / 2 }))
  expect(memoryBytes).toBe(128 * 1024 ** 2)
  expect(why.memory).toBe('0.6 x 512 MB (limit of the process) - 350 MB, at least 128 MB')
  expect(threads).toBe(1)
  expect(why.threads).toBe('150 MB of memory for each of 8 processors are not there')
})
