/** Bytes by key, wherever they lie. */

export interface ObjectInfo {
  /** Key with `/` between its parts, relative to the store. */
  readonly key: string
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly modified: number
}

/**
 * A store of bytes by key. Writes are atomic: a reader sees the old bytes or the new, never a part. Keys have no empty part, no `.` or `..` part and
 * do not begin with `/`: everything else is `storage.bad-key`.
 */
export interface Store {
  /** For messages: `local:/data`, `memory`. */
  readonly name: string
  /** @throws storage.not-found */
  read(key: string, options?: { readonly from?: number; readonly to?: number; readonly signal?: AbortSignal }): Promise<Uint8Array>
  stream(key: string, options?: { readonly signal?: AbortSignal }): AsyncIterable<Uint8Array>
  /** `ifAbsent`: storage.exists when the key is taken. */
  write(
    key: string,
    bytes: Uint8Array | AsyncIterable<Uint8Array>,
    options?: { readonly ifAbsent?: boolean; readonly signal?: AbortSignal },
  ): Promise<ObjectInfo>
  stat(key: string): Promise<ObjectInfo | undefined>
  /** Keys that begin with the prefix, sorted by code point. */
  list(prefix?: string): AsyncIterable<ObjectInfo>
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>
}
