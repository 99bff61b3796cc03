/** The files of a source while it is prepared. */
export interface SourceFiles {
  /** What is read: absolute paths. */
  readonly files: readonly string[]
  /** What errors call them: the path, or the address of a copy. */
  readonly labels: readonly string[]
  /** What a column of file names shows. */
  readonly names: readonly string[]
  /** Columns that the names of folders give. */
  readonly partitions: readonly string[]
}
