/**
 * Whether a process of this machine is there.
 *
 * @example
 * if (!processIsRunning(lock.pid)) await unlink(path)
 */
export function processIsRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
