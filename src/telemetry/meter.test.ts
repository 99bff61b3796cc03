import { expect, test } from 'vitest'
import { meter, prometheusText } from './index.ts'

test('metrics are written as Prometheus reads them', () => {
  const metrics = meter()
  const asked = metrics.counter('requests_total', { help: 'requests, by route\nand "status" \\ code', labels: ['route', 'status'] })
  const held = metrics.gauge('held_bytes', { help: 'bytes held' })
  const took = metrics.histogram('took_ms', { help: 'time taken', bounds: [1, 10] })
  asked.add(1, { route: '/v2', status: '200' })
  asked.add(2, { status: '404', route: 'a "b" \\ c\nd' })
  held.set(-1.5)
  for (const ms of [0.5, 1, 5, 100]) took.observe(ms)
  expect(prometheusText(metrics.snapshot())).toBe(
    String.raw`# HELP requests_total requests, by route\nand "status" \\ code
# TYPE requests_total counter
requests_total{route="/v2",status="200"} 1
requests_total{route="a \"b\" \\ c\nd",status="404"} 2
# HELP held_bytes bytes held
# TYPE held_bytes gauge
held_bytes -1.5
# HELP took_ms time taken
# TYPE took_ms histogram
took_ms_bucket{le="1"} 2
took_ms_bucket{le="10"} 3
took_ms_bucket{le="+Inf"} 4
took_ms_sum 106.5
took_ms_count 4
`,
  )
})

test('a metric that nobody counted is 0 without labels, and not there with labels', () => {
  const metrics = meter()
  metrics.counter('a_total', { help: 'a' })
  metrics.counter('b_total', { help: 'b', labels: ['c'] })
  expect(prometheusText(metrics.snapshot())).toBe('# HELP a_total a\n# TYPE a_total counter\na_total 0\n')
})

test('values that are no numbers are written by name', () => {
  const metrics = meter()
  const gauge = metrics.gauge('x', { help: 'x', labels: ['of'] })
  gauge.set(Number.NaN, { of: 'a' })
  gauge.set(Number.POSITIVE_INFINITY, { of: 'b' })
  gauge.set(Number.NEGATIVE_INFINITY, { of: 'c' })
  expect(prometheusText(metrics.snapshot()).split('\n').slice(2, 5)).toEqual(['x{of="a"} NaN', 'x{of="b"} +Inf', 'x{of="c"} -Inf'])
})

test('names and labels that Prometheus does not take are refused when the metric is made', () => {
  const metrics = meter()
  metrics.gauge('there', { help: '' })
  for (const make of [
    () => metrics.counter('rows', { help: '' }),
    () => metrics.gauge('rows-out', { help: '' }),
    () => metrics.gauge('9rows', { help: '' }),
    () => metrics.gauge('there', { help: '' }),
    () => metrics.gauge('a', { help: '', labels: ['__name'] }),
    () => metrics.gauge('a', { help: '', labels: ['b', 'b'] }),
    () => metrics.histogram('a', { help: '', labels: ['le'] }),
    () => metrics.histogram('a', { help: '', bounds: [2, 1] }),
    () => metrics.histogram('a', { help: '', bounds: [] }),
  ])
    expect(make).toThrow(expect.objectContaining({ code: 'telemetry.argument' }))
})

test('labels must be those of the metric, and a counter does not shrink', () => {
  const counter = meter().counter('a_total', { help: 'a', labels: ['b'] })
  for (const count of [() => counter.add(1), () => counter.add(1, { c: 'x' }), () => counter.add(1, { b: 'x', c: 'x' })])
    expect(count).toThrow(/^labels of a_total: .* \(want b\)$/)
  expect(() => counter.add(-1, { b: 'x' })).toThrow('counter a_total cannot grow by -1')
})

test('an asker with ever new labels does not fill the memory', () => {
  const metrics = meter()
  const counter = metrics.counter('a_total', { help: 'a', labels: ['path'] })
  for (let i = 0; i < 5000; i++) counter.add(1, { path: `/${i}` })
  const [family] = metrics.snapshot()
  expect(family?.series).toHaveLength(1001)
  expect(family?.series.at(-1)).toEqual({ labels: { path: 'other' }, value: 4000 })
})
