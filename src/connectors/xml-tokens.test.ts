import { expect, test } from 'vitest'
import { attribute, xmlTokens } from './xml-tokens.ts'

async function textOf(...pieces: readonly string[]): Promise<string> {
  const bytes = async function* (): AsyncGenerator<Buffer> {
    for (const piece of pieces) yield await Promise.resolve(Buffer.from(piece))
  }
  let text = ''
  for await (const tokens of xmlTokens(bytes(), 'book.xlsx')) for (const token of tokens) if (token.kind === 'text') text += token.text
  return text
}

test('the five entities and numbers are signs, and no other name is', async () => {
  expect(await textOf('<t>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;</t>')).toBe('<>&"\'A😀')
  expect(await textOf('<t>&constructor;&toString;&nbsp;&#x110000;</t>')).toBe('&constructor;&toString;&nbsp;&#x110000;')
  expect(attribute(' name="&constructor;"', 'name')).toBe('&constructor;')
})

test('a DTD, which could declare entities that blow up, is refused', async () => {
  await expect(textOf('<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><t>&b;</t>')).rejects.toMatchObject({
    code: 'connectors.format',
  })
})

test('tags that are cut by the pieces they come in are read as if they came whole', async () => {
  const text = '<a x="1>2"><!-- a > b --><![CDATA[<raw>&amp;]]><b/>Zoë</a>'
  expect(await textOf(...text)).toBe('<raw>&amp;Zoë')
})
