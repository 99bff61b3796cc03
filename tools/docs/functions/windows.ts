import { cumeDist, denseRank, ntile, percentRank, rank, rowNumber } from '../../../src/index.ts'
import type { FunctionPage } from './types.ts'

export const windows: FunctionPage = {
  name: 'windows',
  title: 'Windows',
  per: 'row',
  about:
    'A value per row that looks at other rows: of its partition (`partitionBy`), in an order (`orderBy`), from one row to another (`rows`, `range`). They run in the engine, not in kernels, and not on streams, which have windows of time.',
  interfaces: [
    ['expr/aggregate-types.ts', 'ValueAggregates'],
    ['expr/aggregate-types.ts', 'OrderedAggregates'],
    ['expr/aggregate-types.ts', 'NumberAggregates'],
  ],
  examples: {
    rank: r => rank().over({ orderBy: r.kind }),
    denseRank: r => denseRank().over({ orderBy: r.kind }),
    rowNumber: r => rowNumber().over({ partitionBy: r.kind, orderBy: r.id }),
    percentRank: r => percentRank().over({ orderBy: r.id }),
    cumeDist: r => cumeDist().over({ orderBy: r.kind }),
    ntile: r => ntile(2).over({ orderBy: r.id }),
    lag: r => r.kind.lag().over({ orderBy: r.id }),
    lead: r => r.kind.lead(1, '-').over({ orderBy: r.id }),
    firstValue: r => r.id.firstValue().over({ partitionBy: r.kind, orderBy: r.id.desc() }),
    lastValue: r => r.id.lastValue().over({ orderBy: r.id, rows: ['unbounded', 'unbounded'] }),
    nthValue: r => r.name.nthValue(2).over({ orderBy: r.id, rows: ['unbounded', 'unbounded'] }),
    ewm: r => r.id.ewmMean({ alpha: 0.5 }).over({ orderBy: r.id }),
    over: r => r.n.sum().over({ orderBy: r.id, rows: [-1, 0] }),
    rolling: r => r.id.mean().rolling(2, { orderBy: r.id }),
    cumSum: r => r.id.cumSum({ orderBy: r.id }),
    cumMin: r => r.x.cumMin({ orderBy: r.id }),
    cumMax: r => r.x.cumMax({ orderBy: r.id }),
    cumCount: r => r.n.cumCount({ orderBy: r.id }),
    cumMean: r => r.id.cumMean({ orderBy: r.id }),
    change: r => r.id.change({ orderBy: r.id }),
    percentChange: r => r.id.percentChange({ orderBy: r.id }),
  },
}
