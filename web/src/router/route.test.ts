import { expect, test } from 'vitest'
import { keptPath, modelPath, nextPath, routeOf, runPath, streamPath } from './route.ts'

test('every page has its address, with or without a slash at the end', () => {
  expect(['/', '/sign-in', '/streams', '/streams/', '/runs', '/kept', '/models'].map(path => routeOf(path).page)).toEqual([
    'overview',
    'sign-in',
    'streams',
    'streams',
    'runs',
    'kept-runs',
    'models',
  ])
  expect(routeOf('/streams/overheat')).toEqual({ page: 'stream', name: 'overheat' })
  expect(routeOf('/runs/r1')).toEqual({ page: 'run', id: 'r1' })
  expect(routeOf('/models/price/')).toEqual({ page: 'model', name: 'price' })
})

test('names come back out of the address as they went in', () => {
  for (const name of ['a b', 'ä/ö', '100%', '..', 'x?y#z']) {
    expect(routeOf(streamPath(name))).toEqual({ page: 'stream', name })
    expect(routeOf(runPath(name))).toEqual({ page: 'run', id: name })
    expect(routeOf(keptPath(name))).toEqual({ page: 'kept-run', id: name })
    expect(routeOf(modelPath(name))).toEqual({ page: 'model', name })
  }
})

test('any other address is unknown, broken ones too', () => {
  for (const path of ['/nothing', '/streams/a/b', '/sign-in/x', '//x', '/streams/%E0%A4%A', '/__proto__', '/streams//x'])
    expect(routeOf(path), path).toEqual({ page: 'unknown', path })
})

test('signing in leads to a path of this server only', () => {
  expect(nextPath('?next=%2Fstreams%2Foverheat%3Fgraph%3Drate')).toBe('/streams/overheat?graph=rate')
  for (const foreign of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/sign-in', '', '/\tx'])
    expect(nextPath(`?next=${encodeURIComponent(foreign)}`), foreign).toBe('/')
  expect(nextPath('')).toBe('/')
})
