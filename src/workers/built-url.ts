/**
 * Where a module of this package lies that a thread imports by its address: among the sources a `.ts` file, which Node runs natively, in the built package
 * the `.js` file made of it. Write the source's name: `builtUrl(new URL('./fold-task.ts', import.meta.url))`.
 */
export function builtUrl(source: URL): string {
  return import.meta.url.endsWith('.ts') ? source.href : source.href.replace(/\.ts$/, '.js')
}
