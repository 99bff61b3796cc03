import { batchFromRows, rowsOf } from '../batch/index.ts'
import { schemaOf } from '../schema/index.ts'
import { buildExprs, callNode, columnNode } from '../expr/index.ts'
import { aggregator, projectBatch, sortBatch, filterBatch } from './index.ts'
const schema = schemaOf({ a: 'int64', x: 'float64?', s: 'string?', t: 'timestamp' })
const b = batchFromRows(schema, [{ a: 1, x: 1.5, s: 'b', t: '2026-01-02 01:00:00' }, { a: 2, x: null, s: null, t: '2024-02-29' }, { a: 3, x: NaN, s: 'é😀', t: '1969-12-31T23:59:59.999999Z' }])
const made = buildExprs('select', schema, false, ['column'], (r: any) => ({ p: r.a.add(1), q: r.x.div(2), l: r.s.length(), u: r.s.upper().concat('!'), w: r.t.weekday(), y: r.t.truncate('month'), c: r.x.fillNull(0), k: r.t.cast('string'), g: r.x.gt(1), n: r.a.in([1, 3]) }))
const columns = Object.entries(made).map(([name, expr]) => ({ name, expr }))
console.log(rowsOf(projectBatch(b, columns, columns.map(c => ({ name: c.name, type: c.expr.type, nullable: true })))))
const count = callNode('count', [])
const agg = aggregator([], [{ name: 'n', expr: count }, { name: 's', expr: callNode('sum', [columnNode(schema[0]!)]) }], [{ name: 'n', type: 'int64', nullable: false }, { name: 's', type: 'int64', nullable: true }])
agg.update(b); console.log(rowsOf(agg.finish()))
console.log(rowsOf(sortBatch(b, [{ expr: columnNode(schema[1]!), descending: true, nulls: 'last' }])), filterBatch)
