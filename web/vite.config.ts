import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'

/** The dashboard: one page of plain files for `dist/web`, which the server gives out as they are. */
const config: UserConfig = {
  root: fileURLToPath(new URL('.', import.meta.url)),
  publicDir: false,
  logLevel: 'warn',
  plugins: [
    {
      name: 'no-flash',
      // Nothing is painted before the remembered theme is in place.
      transformIndexHtml: {
        order: 'post',
        handler: html => html.replace('<script type="module"', '<script type="module" blocking="render"'),
      },
    },
  ],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The page may load nothing but files of its own server, so nothing is put into it as a data: address.
    assetsInlineLimit: 0,
    // The colours are light-dark() pairs, and stay so.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    license: { fileName: 'licenses.md' },
  },
}

export default config
