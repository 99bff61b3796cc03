/**
 * Logical plans as plain data. Few nodes; every verb of Dataset and Stream is made of them.
 *
 * Each node carries its output columns (`fields`) and where the user wrote it (`at`, which is not part of the fingerprint). A node is `open` when its
 * columns are not known before it has run: after a function without a declared schema. Verbs on an open input become `deferred` nodes, which are
 * built again (with real types and checks) once the engine has learnt the columns.
 */
import type { CallSite } from '../errors/index.ts'
import type { ExprNode, OrderNode } from '../expr/index.ts'
import type { Schema } from '../schema/index.ts'
import type { FaultPolicy, HostFunction } from '../workers/index.ts'
import type { Spec, Transform } from './seams.ts'

interface Base {
  readonly fields: Schema
  /** The name the user gave to this step of a stream; its state is found by it. Not part of the fingerprint. */
  readonly stepName?: string | undefined
  /** True when `fields` is not the whole truth: see above. */
  readonly open: boolean
  readonly at?: CallSite | undefined
}
export interface Named {
  readonly name: string
  readonly expr: ExprNode
}

/** Reads a source. `fields` are the columns asked for; the rules may narrow them and add `where` (advisory for opened sources) and `limit`. */
export interface ScanNode extends Base {
  readonly node: 'scan'
  readonly source: Spec
  readonly where?: ExprNode | undefined
  readonly limit?: number | undefined
}
export interface FilterNode extends Base {
  readonly node: 'filter'
  readonly input: Plan
  readonly where: ExprNode
}
/** All output columns, in order. Analytic windows are expressions here. */
export interface ProjectNode extends Base {
  readonly node: 'project'
  readonly input: Plan
  readonly columns: readonly Named[]
  /**
   * Columns in which a NULL is an error (schema.not-null), declared so by `as`. Their expressions are casts that are not nullable although their argument is;
   * rules leave them as they are.
   */
  readonly notNull?: readonly string[] | undefined
}
/** Without keys: one row for the whole input, also when it is empty. Without aggs: the distinct keys. */
export interface AggregateNode extends Base {
  readonly node: 'aggregate'
  readonly input: Plan
  readonly keys: readonly Named[]
  readonly aggs: readonly Named[]
  /**
   * Grouping sets: the rows are grouped once by each set of keys, given by their places; a key that is not in a set is NULL there. Without: by all keys.
   */
  readonly sets?: readonly (readonly number[])[] | undefined
  /** Of grouping sets: the column, after the keys, with the names of the keys a row is grouped by (`city, year`; empty for the total). */
  readonly level?: string | undefined
  /** Over a stream: rows are grouped by tumbling windows of event time too; output: keys, windowStart, windowEnd, aggregates. */
  readonly window?: TumblingWindow | undefined
  /** Over a stream: running totals, each row of which replaces the key's earlier one; what was not touched for `ttl` microseconds is forgotten. */
  readonly running?: { readonly ttl: number } | undefined
}
/** Microseconds. `allowed`: how long a closed window still takes rows, giving its row again. */
export interface TumblingWindow {
  readonly kind: 'tumbling'
  readonly size: number
  readonly offset: number
  readonly allowed: number
}
export type JoinHow = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti'
/**
 * Output: all columns of the left side (a key is coalesced in right and full joins), then the right side's columns that are no keys, with `suffix` where the
 * name is taken; semi and anti give the left side only. `where` is a further condition over `left` columns and `right` columns (prefixed as in `rightNames`).
 */
export interface JoinNode extends Base {
  readonly node: 'join'
  readonly left: Plan
  readonly right: Plan
  readonly how: JoinHow
  readonly on: readonly (readonly [left: string, right: string])[]
  readonly suffix: string
  /** `joinWhere`: any condition; its columns are named by the join's own output fields. */
  readonly where?: ExprNode | undefined
  /** What must hold of the keys when it runs; rules leave the rows of such a join alone. */
  readonly check?: JoinCheckNode | undefined
}
/** `one-to-many`: a key is there once on the left; `many-to-one`: once on the right. Keys with a NULL meet nothing and are not counted. */
export interface JoinCheckNode {
  readonly validate?: 'one-to-one' | 'one-to-many' | 'many-to-one' | undefined
  /** A key that is there several times on both sides: the run fails, or a warning is given before it. */
  readonly manyToMany?: 'fail' | 'warn' | undefined
}
/**
 * Each left row with the nearest right row of its keys at or before (`backward`) or at or after (`forward`) its moment; without one, the right columns are NULL.
 * Output: the left columns, then the right columns that are no keys, the right moment too, with `suffix` where the name is taken; all of the right nullable.
 */
export interface AsOfNode extends Base {
  readonly node: 'asOf'
  readonly left: Plan
  readonly right: Plan
  readonly on: readonly (readonly [left: string, right: string])[]
  /** The columns that are compared. */
  readonly by: readonly [left: string, right: string]
  readonly direction: 'backward' | 'forward'
  /** Rows at the very moment do not count. */
  readonly strict: boolean
  readonly suffix: string
}
/** Rows of all inputs; columns matched by name, in the order of the first. */
export interface UnionNode extends Base {
  readonly node: 'union'
  readonly inputs: readonly Plan[]
}
export interface SortNode extends Base {
  readonly node: 'sort'
  readonly input: Plan
  readonly by: readonly OrderNode[]
}
export interface LimitNode extends Base {
  readonly node: 'limit'
  readonly input: Plan
  readonly rows: number
  readonly offset: number
}
/**
 * One part of a split of the input's rows; row numbers count from 0 in scan order.
 *
 * `random`: rows are ordered by md5('seed|row'), parts are cut at the rounded cumulative shares, so sizes are exact. `by`: the rows of one value of a column stay
 * together, chosen by md5('seed|value'). `stratify`: `random` within each value of the column. `order`: cut after sorting by a column. `rows`: the row
 * numbers of each named part are given; one part may be 'rest'. `sample`: so many rows, of each value of `stratify`.
 */
export type SplitHow =
  | { readonly kind: 'random'; readonly seed: number; readonly stratify?: string | undefined }
  | { readonly kind: 'by'; readonly column: string; readonly seed: number }
  | { readonly kind: 'order'; readonly column: string }
  | { readonly kind: 'rows'; readonly rows: Readonly<Record<string, readonly number[] | 'rest'>> }
  | { readonly kind: 'sample'; readonly seed: number; readonly rows: number; readonly stratify?: string | undefined }
  /** Rows drawn one by one and put back: so many, or a share of the input's number; they come in the order they were drawn. */
  | { readonly kind: 'draws'; readonly seed: number; readonly size: { readonly rows: number } | { readonly fraction: number } }
export interface SplitNode extends Base {
  readonly node: 'split'
  readonly input: Plan
  readonly how: SplitHow
  /** Name -> share; the shares add up to 1. Empty for `rows`, `sample` and `draws`. */
  readonly parts: Readonly<Record<string, number>>
  readonly part: string
}
/** One row per item of a list column; an empty or NULL list gives no row, with `outer` one row with a NULL. */
export interface ExplodeNode extends Base {
  readonly node: 'explode'
  readonly input: Plan
  readonly column: string
  /** Lists that are taken apart beside it: items of one place share a row, and the shorter list is filled up with NULLs. */
  readonly also?: readonly string[] | undefined
  readonly outer?: true | undefined
}
/** The user's own function. `each`: a row to a row; `many`: a row to any number of rows; `batch`: a batch to rows. */
export interface MapNode extends Base {
  readonly node: 'map'
  readonly input: Plan
  readonly mode: 'each' | 'many' | 'batch'
  readonly fn: HostFunction
  /** The declared output columns; without them the node is open until it was run. */
  readonly declared?: Schema | undefined
  /** True when `declared` was learnt from the first rows. */
  readonly taught?: boolean | undefined
  readonly concurrency: number
  /** Default: the first fault fails. */
  readonly policy?: FaultPolicy | undefined
}
export interface TransformNode extends Base {
  readonly node: 'transform'
  readonly input: Plan
  readonly step: Transform
}
/** Says when each row of a stream happened. `lateness`: how far rows may be out of order; `idle`: a silent source holds nobody up after so long (ms). */
export interface EventTimeNode extends Base {
  readonly node: 'eventTime'
  readonly input: Plan
  readonly column: string
  readonly latenessMs: number
  readonly idleMs: number
}
/** The user's own state per key, over a stream. `fn`: `{ state, event, timer? }` as one module, see `ProcessStep` of the stream runtime. */
export interface ProcessNode extends Base {
  readonly node: 'process'
  readonly input: Plan
  readonly keys: readonly Named[]
  readonly fn: HostFunction
  /** Microseconds of event time after which an untouched key is forgotten. */
  readonly ttl: number
}
/** What happens to rows of a stream on which a function of the user throws, in the steps before this node up to the next such node. */
export interface OnErrorNode extends Base {
  readonly node: 'onError'
  readonly input: Plan
  readonly retries: number
  readonly otherwise: 'fail' | 'skip' | 'dead-letter'
  /** Of `dead-letter`: where they go. The first such node above a source governs the broken records of the source too. */
  readonly sink?: Spec | undefined
}
/** Rows that came after their window had closed: the input of the windowed aggregate `of`. */
export interface LateNode extends Base {
  readonly node: 'late'
  readonly input: Plan
}
/** The end of a stream: rows go to a sink. A plan of a job is several of them. */
export interface SinkNode extends Base {
  readonly node: 'sink'
  readonly input: Plan
  readonly sink: Spec
}
/** A verb on an open input, with its arguments as plain data: `verbs[verb](input, args)` builds it again. */
export interface DeferredNode extends Base {
  readonly node: 'deferred'
  readonly inputs: readonly Plan[]
  readonly verb: string
  readonly args: unknown
}

export type Plan =
  | ScanNode
  | FilterNode
  | ProjectNode
  | AggregateNode
  | JoinNode
  | AsOfNode
  | UnionNode
  | SortNode
  | LimitNode
  | SplitNode
  | ExplodeNode
  | MapNode
  | TransformNode
  | EventTimeNode
  | ProcessNode
  | OnErrorNode
  | LateNode
  | SinkNode
  | DeferredNode
export type NodeName = Plan['node']
