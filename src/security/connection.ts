/** What is known of the socket under a request; nothing where there is none. */
export interface Connection {
  /** The address of the other side. */
  readonly peer?: string | undefined
  /** Our own address and port. */
  readonly address?: string | undefined
  readonly port?: number | undefined
  /** Aborted when the socket is to be closed: answers that go on until then must end. */
  readonly closing?: AbortSignal | undefined
}
