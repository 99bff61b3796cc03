import type { ErrorCode } from './codes.ts'
import { describe, jupyterDisplay } from './symbols.ts'
import { withoutSecrets } from './without-secrets.ts'

/** What an error carries besides its message. */
export interface ErrorOptions {
  /** The values the message talks about, for programs. */
  readonly details?: Readonly<Record<string, unknown>>
  /** What to do about it, as a sentence. */
  readonly hint?: string
  readonly cause?: unknown
  /** True where the same call may succeed when tried again. */
  readonly retryable?: boolean
}

/**
 * The one error class of the product.
 *
 * Addresses in the message are without password and question. The message is lower case, noun first, and names the offending value and what exists: `unknown column: pric (have price, rooms)`.
 *
 * @example
 * throw new TidemillError('connectors.not-found', `no such file: ${path}`, { hint: 'check the spelling', details: { path } })
 */
export class TidemillError extends Error {
  override readonly name = 'TidemillError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>
  readonly hint: string | undefined
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(withoutSecrets(message), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = Object.freeze({ ...options.details })
    this.hint = options.hint
    this.retryable = options.retryable ?? false
  }

  /** The error as plain data, for logs, workers and HTTP. */
  toJSON(): { code: ErrorCode; message: string; details: object; hint?: string; retryable: boolean } {
    return {
      code: this.code,
      message: this.message,
      details: this.details,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      retryable: this.retryable,
    }
  }

  /** Makes the error again from what `toJSON` gave, as when it comes back from a worker. */
  static from(data: { code: ErrorCode; message: string; details?: object; hint?: string; retryable?: boolean }): TidemillError {
    return new TidemillError(data.code, data.message, {
      details: { ...data.details },
      ...(data.hint === undefined ? {} : { hint: data.hint }),
      retryable: data.retryable ?? false,
    })
  }
}

// Outside of the class, as a declaration file cannot name a symbol of another module there.
Object.defineProperties(TidemillError.prototype, {
  [describe]: {
    value(this: TidemillError) {
      return {
        kind: 'keyValues',
        pairs: [['error', this.message], ...(this.hint === undefined ? [] : [['hint', this.hint]]), ['code', this.code]],
      }
    },
  },
  [jupyterDisplay]: {
    value(this: TidemillError) {
      return { 'text/plain': `error: ${this.message}${this.hint === undefined ? '' : `\nhint: ${this.hint}`}\ncode: ${this.code}` }
    },
  },
})
