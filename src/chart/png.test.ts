import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { compareChart } from './index.ts'
import { charactersOf } from './png/characters.ts'

const bars = compareChart(
  [
    { name: 'linear', value: 0.61 },
    { name: 'forest', value: 0.81 },
  ],
  { title: 'R2 of two models' },
)

/** Width, height and the pixels of a PNG of 8 bits, red green blue alpha. */
function decoded(png: Uint8Array): { readonly width: number; readonly height: number; at(x: number, y: number): readonly number[] } {
  const bytes = Buffer.from(png)
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]))
  const parts: Buffer[] = []
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  expect([bytes[24], bytes[25]]).toEqual([8, 6])
  const raw = inflateSync(Buffer.concat(parts))
  const line = width * 4
  const pixels = Buffer.alloc(line * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (line + 1)] ?? 0
    for (let x = 0; x < line; x++) {
      const left = x >= 4 ? (pixels[y * line + x - 4] ?? 0) : 0
      const up = y > 0 ? (pixels[(y - 1) * line + x] ?? 0) : 0
      const corner = x >= 4 && y > 0 ? (pixels[(y - 1) * line + x - 4] ?? 0) : 0
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
      pixels[y * line + x] = ((raw[y * (line + 1) + 1 + x] ?? 0) + guess) & 255
    }
  }
  return { width, height, at: (x, y) => [...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)] }
}
function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
}

test('a picture has the size that was asked for, paper of its theme, and letters', async () => {
  const light = decoded(await bars.toPng({ width: 400, scale: 2 }))
  const dark = decoded(await bars.toPng({ width: 400, scale: 1, theme: 'dark' }))
  expect([light.width, dark.width, light.height]).toEqual([800, 400, dark.height * 2])
  expect([light.at(2, 2), dark.at(2, 2)]).toEqual([
    [255, 255, 255, 255],
    [0x16, 0x19, 0x1c, 255],
  ])
  // The title: dark strokes on white paper.
  let ink = 0
  for (let y = 24; y < 60; y++) for (let x = 24; x < 300; x++) if ((light.at(x, y)[0] ?? 255) < 80) ink++
  expect(ink).toBeGreaterThan(200)
})

test('the same chart gives the same picture', async () => {
  const [a, b] = [await bars.toPng(), await bars.toPng()]
  expect(Buffer.from(a).equals(Buffer.from(b))).toBe(true)
})

test('characters without a letter in the font are an error, never an empty box', async () => {
  const chart = compareChart([
    { name: '线性', value: 1 },
    { name: 'Žluťoučký Ωмега é', value: 2 },
  ])
  await expect(chart.toPng()).rejects.toMatchObject({
    code: 'chart.font',
    message: 'characters that no font of the picture has: 线 性',
    hint: expect.stringContaining('fonts:') as string,
  })
  const inter = new URL('../../fonts/inter-400.ttf', import.meta.url)
  await expect(chart.toPng({ fonts: [new URL('../../package.json', import.meta.url).pathname] })).rejects.toThrow(
    'no TrueType or OpenType font',
  )
  await expect(chart.toPng({ fonts: ['/nowhere/font.ttf'] })).rejects.toThrow('font that cannot be read: /nowhere/font.ttf')
  const has = charactersOf(await readFile(inter))
  expect(['A', 'ž', 'Ω', 'м', '−', '…', '∞', '线', '\u{1F600}'].map(letter => has(letter.codePointAt(0) ?? 0))).toEqual([
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    false,
    false,
  ])
})

test.each([
  [{ scale: 9 }, 'scale is a number from 0.25 to 8, not 9'],
  [{ width: 4000, scale: 8 }, 'picture of more than 20 million pixels'],
  [{ theme: 'auto' }, 'theme of a picture that is not known: auto (have light, dark)'],
])('%j is refused', async (options, message) => {
  await expect(bars.toPng(options as never)).rejects.toThrow(message)
})

test('a chart is saved as what its name ends with, whole or not at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-chart-'))
  try {
    const sizes = await Promise.all(['a.svg', 'a.png', 'a.html', 'a.json'].map(name => bars.save(join(folder, name), { width: 300 })))
    const files = await Promise.all((await readdir(folder)).sort().map(async name => [name, await readFile(join(folder, name))] as const))
    expect(files.map(([name]) => name)).toEqual(['a.html', 'a.json', 'a.png', 'a.svg'])
    expect(new Set(files.map(([, bytes]) => bytes.length))).toEqual(new Set(sizes))
    const text = new Map(files.map(([name, bytes]) => [name, bytes.toString('utf8')]))
    expect(text.get('a.html')).toMatch(/^<!doctype html>[\s\S]*default-src 'none'/)
    expect(text.get('a.svg')).toContain('width="300"')
    expect(JSON.parse(text.get('a.json') ?? '')).toMatchObject({
      format: 'tidemill-chart',
      version: 1,
      chart: { title: 'R2 of two models' },
    })
    await expect(bars.save(join(folder, 'a.gif'))).rejects.toThrow('a.gif (have .svg, .png, .html, .json)')
    await expect(bars.save(join(folder, 'b.png'), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    expect(await readdir(folder)).toHaveLength(4)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('an SVG file has a title and a description for screen readers, and tips where they are asked for', async () => {
  const plain = await bars.toSvg()
  expect(plain).toContain('role="img"')
  expect(plain).toContain('<title>R2 of two models</title><desc>R2 of two models. ')
  expect(plain.match(/<title>/g)).toHaveLength(1)
  const tips = await bars.toSvg({ tips: true })
  expect(tips).toContain('<title>forest\n')
})

test('a chart prints itself where it is told to', () => {
  let text = ''
  bars.show({ stream: { write: (part: string) => (text += part) }, width: 60, color: false })
  expect(text).toContain('forest')
})

test.runIf(process.platform === 'linux')('a chart opens in the browser of the machine, or says that there is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-chart-'))
  const path = process.env['PATH']
  const opened: string[] = []
  try {
    process.env['PATH'] = folder
    const error = await bars.open().then(
      page => page,
      (cause: unknown) => cause,
    )
    expect(error).toMatchObject({ code: 'chart.window', message: 'no browser could be started: xdg-open' })
    opened.push((error as { readonly details: { readonly path: string } }).details.path)
    await writeFile(
      join(folder, 'xdg-open'),
      `#!/bin/sh\necho "$1" > '${join(folder, 'seen.part')}' && /bin/mv '${join(folder, 'seen.part')}' '${join(folder, 'seen')}'\n`,
    )
    await chmod(join(folder, 'xdg-open'), 0o755)
    const page = await bars.open()
    opened.push(page)
    await expect.poll(async () => (await readdir(folder)).includes('seen')).toBe(true)
    expect(await readFile(join(folder, 'seen'), 'utf8')).toBe(`${page}\n`)
    expect(await readFile(page, 'utf8')).toContain('R2 of two models')
  } finally {
    process.env['PATH'] = path
    for (const page of [folder, ...opened.map(one => join(one, '..'))]) await rm(page, { recursive: true, force: true })
  }
})
