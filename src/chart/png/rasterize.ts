import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Resvg as ResvgClass } from '@resvg/resvg-wasm'

let loading: Promise<typeof ResvgClass> | undefined

/** An SVG with plain colours as PNG bytes, `scale` pixels of the picture for each of the drawing. */
export async function rasterize(svg: string, scale: number, fonts: readonly Uint8Array[]): Promise<Uint8Array> {
  loading ??= load()
  const Resvg = await loading
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { fontBuffers: [...fonts], defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' },
  })
  try {
    const image = drawing.render()
    try {
      return image.asPng()
    } finally {
      image.free()
    }
  } finally {
    drawing.free()
  }
}

/** The module is made ready once a process: it refuses a second time. */
async function load(): Promise<typeof ResvgClass> {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm')
  await initWasm(await readFile(fileURLToPath(import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm'))))
  return Resvg
}
