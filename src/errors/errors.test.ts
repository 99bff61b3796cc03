import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callSite, errorCodes, printCallSite, TidemillError, withoutSecrets } from './index.ts'

test('an error goes through JSON and comes back as it was', () => {
  const error = new TidemillError('connectors.not-found', 'no such file: a.csv', {
    hint: 'look',
    details: { path: 'a.csv' },
    retryable: true,
  })
  const back = TidemillError.from(JSON.parse(JSON.stringify(error)))
  expect(back).toBeInstanceOf(TidemillError)
  expect(back.toJSON()).toEqual(error.toJSON())
})

test('details of an error cannot be changed', () => {
  const error = new TidemillError('cli.usage', 'x', { details: { a: 1 } })
  expect(() => Object.assign(error.details, { a: 2 })).toThrow(TypeError)
})

test('the call site is the line that called, as folder/file:line:column', () => {
  expect(printCallSite(callSite())).toMatch(/^errors\/errors\.test\.ts:\d+:\d+$/)
})

test('every code names a room, or a part of one, and says what it means', () => {
  const rooms = new Set([...readdirSync(join(import.meta.dirname, '..')), 'engine'])
  for (const [code, meaning] of Object.entries(errorCodes)) {
    const [room = '', problem = ''] = code.split('.')
    expect(rooms, code).toContain(room)
    expect(problem, code).toMatch(/^[a-z][a-z0-9-]+$/)
    expect(meaning.length, code).toBeGreaterThan(10)
  }
})

test('addresses in a message are without password and question, other texts as they are', () => {
  expect(withoutSecrets('cannot read http://me:a%40b@host:80/a.csv?sig=1&x=2 (404), why?')).toBe(
    'cannot read http://***:***@host:80/a.csv?*** (404), why?',
  )
  expect(withoutSecrets('postgres://me@host/db and s3+v2://key:word@bucket')).toBe('postgres://***@host/db and s3+v2://***:***@bucket')
  for (const text of ['is it so? a@b.c', 'http://host/a.csv', 'file:///tmp/a@b', 'http://host/?', 'C://x'])
    expect(withoutSecrets(text)).toBe(text)
  expect(new TidemillError('connectors.http', 'no answer: https://u:p@h/x?y').message).toBe('no answer: https://***:***@h/x?***')
  const long = 'a.'.repeat(200_000)
  expect(withoutSecrets(`${long}://${long}`)).toHaveLength(long.length * 2 + 3)
})
