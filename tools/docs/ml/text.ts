/** What a person has to say of an estimator or a metric; the rest of its page comes from the code. */
export interface MlText {
  /** The functions of `tidemill/ml` that the page is about; it is called after the first, or after `title`. */
  readonly functions: readonly [string, ...string[]]
  readonly title?: string
  readonly group: Group
  /** When to take it; stands after the first paragraph of the docstring. */
  readonly about: string
  /** What parameters mean where their docstrings do not say. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly input: string
  readonly output: string
  /** A whole program; a test runs it and compares what stands after `// =>`. */
  readonly example: string
  /** How it is computed, and after whom. */
  readonly computed: string
  readonly peer: Peer
  readonly limits: readonly string[]
}
export type Group = 'Preparation' | 'Models' | 'Choosing and looking inside' | 'Metrics of classes' | 'Metrics of numbers'
/** What it is called in scikit-learn. */
export interface Peer {
  readonly name: string
  /** What differs: names of parameters, defaults, answers. */
  readonly differs: string
}
