/** Expressions that wait for their second half: a ranking for its window, a `when` for its end. */
import { callNode } from './call-node.ts'
import { literalNode } from './literal.ts'
import type { CallNode, ExprNode } from './node.ts'
import { problem } from './problem.ts'

const guard = new Proxy(Object.create(null) as object, {
  get(_, name, receiver) {
    if (typeof name === 'symbol' || name === 'then' || name === 'toJSON' || name === 'asymmetricMatch') return undefined
    throw receiver instanceof CaseBuilder
      ? problem('expr.unknown-method', `no ${name} on when(): it has no end yet`, { hint: 'finish it: .otherwise(value) or .end()' })
      : problem('expr.unknown-method', `no ${name} on a ranking: it has no window yet`, {
          hint: 'give it one: .over({ orderBy: r.price })',
        })
  },
})

/** `rank()` and the like: only `over` makes it a value. */
export class RankingBuilder {
  readonly inner: CallNode
  readonly over: (window: unknown) => unknown
  constructor(inner: CallNode, over: (window: unknown) => unknown) {
    this.inner = inner
    this.over = over
  }
}
Object.setPrototypeOf(RankingBuilder.prototype, guard)

/** How a `when` makes nodes and builders of what it is given. */
export interface CaseMaker {
  condition(value: unknown): ExprNode
  value(value: unknown): ExprNode
  finish(node: ExprNode): unknown
}

/** `when(...).when(...).otherwise(...)`. Each step gives a new one; the old ones stay as they are. */
export class CaseBuilder {
  readonly #args: readonly ExprNode[]
  readonly #maker: CaseMaker
  constructor(args: readonly ExprNode[], maker: CaseMaker) {
    this.#args = args
    this.#maker = maker
  }
  when(condition: unknown, value: unknown): CaseBuilder {
    return new CaseBuilder([...this.#args, this.#maker.condition(condition), this.#maker.value(value)], this.#maker)
  }
  otherwise(value: unknown): unknown {
    return this.#maker.finish(callNode('case', [...this.#args, this.#maker.value(value)]))
  }
  end(): unknown {
    return this.#maker.finish(callNode('case', [...this.#args, literalNode(null)]))
  }
}
Object.setPrototypeOf(CaseBuilder.prototype, guard)
