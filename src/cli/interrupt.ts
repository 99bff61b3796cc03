/** Ctrl-C and SIGTERM cancel cleanly: what was begun is taken away, the exit code is 130. A second one forces. */
export function interruptSignal(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(130)
    process.stderr.write(name === 'SIGINT' ? '\nstopping; press Ctrl-C again to force\n' : '\nstopping\n')
    controller.abort(new DOMException(`stopped by ${name}`, 'AbortError'))
  }
  // Not SIGHUP: `nohup` would no longer keep a server.
  const heard = ['SIGINT', 'SIGTERM'] as const
  for (const name of heard) process.on(name, stop)
  return {
    signal: controller.signal,
    release() {
      for (const name of heard) process.off(name, stop)
    },
  }
}
