import { TidemillError } from '../../../../errors/index.ts'
import { encodeHeader } from '../files/index.ts'
import type { Disk, FileRef, Io } from '../seams.ts'

/** What a cut leaves of the state, as blocks for files. */
export interface StateCut {
  readonly epoch: number
  /** What changed since the cut before. */
  readonly changes: readonly Uint8Array[]
  /** Everything; not at every cut. */
  readonly image?: readonly Uint8Array[] | undefined
}
export interface StateFilesPlace {
  readonly disk: Disk
  readonly folder: string
  readonly job: string
  /** Name of the subtask: what its files begin with. */
  readonly owner: string
  readonly low: number
  readonly high: number
}
/** Bytes and number of files that hold the state now: by them it is decided when an image is due. */
export interface StateSizes {
  readonly logBytes: number
  readonly imageBytes: number
  readonly files: number
}

interface Image {
  readonly name: string
  readonly blocks: readonly Uint8Array[]
  /** Files it makes superfluous. */
  readonly replaces: ReadonlySet<string>
}

/**
 * The state files of a subtask: a log of changes, which now and then gives way to an image of everything.
 *
 * Files of older generations are kept as they were found, clipped to the key groups of this subtask, and never appended to (R8). An image is written beside the
 * log: the log it replaces is closed at that cut, a new one goes on (R9). A file whose write failed is dead: no later fsync of it is believed (R10).
 */
export class StateFiles {
  readonly #place: StateFilesPlace
  #files: readonly FileRef[]
  #log: FileRef | undefined
  #image: Image | undefined
  #broken: boolean

  /** @param files that hold the state now; undefined when they lie elsewhere and are not ours to name: then the first cut must bring an image */
  constructor(place: StateFilesPlace, files: readonly FileRef[] | undefined) {
    this.#place = place
    this.#files = files ?? []
    this.#broken = files === undefined
  }

  get files(): readonly FileRef[] {
    return this.#files
  }

  /** True after a failed write: the next cut must bring an image. */
  get broken(): boolean {
    return this.#broken
  }

  get sizes(): StateSizes {
    const sum = (files: readonly FileRef[]): number => files.reduce((bytes, { from, to }) => bytes + to - from, 0)
    const images = this.#files.filter(({ name }) => name.endsWith('.image'))
    return { imageBytes: sum(images), logBytes: sum(this.#files) - sum(images), files: this.#files.length }
  }

  /** True while an image waits or is being written: one at a time. */
  get imagePending(): boolean {
    return this.#image !== undefined
  }

  /** Makes a cut durable. After an error the state of this epoch has no file. */
  *write(cut: StateCut): Io<void> {
    try {
      yield* this.#write(cut)
    } catch (error) {
      this.#broken = true
      this.#image = undefined
      this.#log = undefined
      throw error
    }
  }

  *#write({ epoch, changes, image }: StateCut): Io<void> {
    const name = `${this.#place.owner}-${epoch}`
    if (this.#broken) {
      if (image === undefined)
        throw new TidemillError('stream.checkpoint-failed', `state of epoch ${epoch} is not whole: an earlier write failed`)
      this.#files = yield* this.#appendImage(`${name}.image`, image)
      this.#broken = false
      return
    }
    if (changes.length > 0) {
      const log = yield* this.#append(this.#log ?? this.#refTo(`${name}.log`), changes)
      this.#files = [...this.#files.filter(file => file.name !== log.name), log]
      this.#log = log
    }
    if (image === undefined) return
    this.#log = undefined
    this.#image = { name: `${name}.image`, blocks: image, replaces: new Set(this.#files.map(file => file.name)) }
  }

  /** Writes the image that waits, if there is one. A failure is no harm: the files it was to replace are there. */
  writeImage(): Io<void> | undefined {
    const image = this.#image
    return image === undefined ? undefined : this.#writeImage(image)
  }

  *#writeImage(image: Image): Io<void> {
    try {
      const written = yield* this.#appendImage(image.name, image.blocks)
      if (this.#image === image) this.#files = [...written, ...this.#files.filter(({ name }) => !image.replaces.has(name))]
    } catch (error) {
      if (!isDiskError(error)) throw error
    } finally {
      if (this.#image === image) this.#image = undefined
    }
  }

  *#appendImage(name: string, blocks: readonly Uint8Array[]): Io<readonly FileRef[]> {
    if (blocks.length === 0) return []
    try {
      return [yield* this.#append(this.#refTo(name), blocks)]
    } catch (error) {
      // No manifest names it, and a full disk needs its room.
      if (isDiskError(error)) yield* this.#place.disk.remove(`${this.#place.folder}/${name}`)
      throw error
    }
  }

  *#append(file: FileRef, blocks: readonly Uint8Array[]): Io<FileRef> {
    const { disk, folder, job } = this.#place
    const path = `${folder}/${file.name}`
    let { to } = file
    for (const bytes of to === 0 ? [encodeHeader(job), ...blocks] : blocks) {
      yield* disk.append(path, bytes)
      to += bytes.length
    }
    yield* disk.fsync(path)
    return { ...file, to }
  }

  #refTo(name: string): FileRef {
    const { low, high } = this.#place
    return { name, from: 0, to: 0, low, high }
  }
}

/** An error of a disk, which carries node's code (`ENOSPC`, `EIO`), as against one of ours. */
export function isDiskError(error: unknown): boolean {
  return error instanceof Error && !(error instanceof TidemillError) && typeof (error as NodeJS.ErrnoException).code === 'string'
}

/** The code of a disk error. */
export function diskCode(error: unknown): string | undefined {
  return isDiskError(error) ? (error as NodeJS.ErrnoException).code : undefined
}
