/** Ctrl-C cancels cleanly; a second one forces. */
export function interruptSignal(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130)
    process.stderr.write('\nstopping; press Ctrl-C again to force\n')
    controller.abort(new DOMException('stopped by Ctrl-C', 'AbortError'))
  }
  process.on('SIGINT', stop)
  return { signal: controller.signal, release: () => void process.off('SIGINT', stop) }
}
