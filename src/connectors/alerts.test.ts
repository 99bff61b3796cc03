import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { alerts } from './index.ts'

test('an alert is plain data, takes corrections, and shows itself without what may be secret', () => {
  const hook = alerts.webhook('https://example.com/services/SECRET?key=SECRET', { name: 'hot', timeoutMs: 500 })
  expect(hook).toMatchObject({
    kind: 'webhook',
    options: { url: 'https://example.com/services/SECRET?key=SECRET', name: 'hot', timeoutMs: 500 },
    updates: true,
  })
  expect(inspect(hook)).toBe('webhook https://example.com')
  expect(alerts.webhook('http://localhost:3000').options).toEqual({ url: 'http://localhost:3000/', timeoutMs: 10_000 })
  expect(inspect(alerts.console({ name: 'overheat' }))).toBe('console overheat')
  expect(inspect(alerts.console())).toBe('console')
  expect(Object.isFrozen(hook)).toBe(true)
})

const wrong: readonly (readonly [what: string, make: () => unknown, problem: string])[] = [
  ['no address', () => alerts.webhook('SECRET'), 'alerts.webhook wants an http or https address'],
  ['another protocol', () => alerts.webhook('file:///etc/passwd'), 'alerts.webhook wants an http or https address'],
  ['a password', () => alerts.webhook('https://me:SECRET@example.com/'), 'cannot hold a user and a password: example.com'],
  ['no time at all', () => alerts.webhook('https://example.com', { timeoutMs: 0 }), 'timeoutMs must be 1 to 600000, not 0'],
  ['an empty name', () => alerts.console({ name: ' ' }), 'name of alerts.console must be a text, not an empty one'],
  ['a slip', () => alerts.console({ nmae: 'x' } as object), 'unknown option of alerts.console: nmae (have name)'],
]
test.each(wrong)('an alert with %s is refused in words, without what may be secret', (_, make, problem) => {
  expect(make).toThrow(problem)
  expect(make).toThrow(expect.objectContaining({ code: 'connectors.option', message: expect.not.stringContaining('SECRET') as string }))
})
