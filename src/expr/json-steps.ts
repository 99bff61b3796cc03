import { problem } from './problem.ts'

/**
 * A path of JSON as steps: `$.orders[0]."unit price"` is `['orders', 0, 'unit price']`. Places count from the end when negative. No wild cards, no filters: one
 * path is one value.
 *
 * @throws expr.argument
 */
export function jsonSteps(path: string): readonly (string | number)[] {
  const steps: (string | number)[] = []
  let at = path.startsWith('$') ? 1 : -1
  const step = /\.([\p{L}_][\p{L}\p{N}_-]*)|\."([^"\\]+)"|\[(-?\d{1,9})\]/uy
  while (at >= 0 && at < path.length) {
    step.lastIndex = at
    const found = step.exec(path)
    if (found === null) break
    steps.push(found[1] ?? found[2] ?? Number(found[3]) + 0)
    at = step.lastIndex
  }
  if (at === path.length) return steps
  throw problem('expr.argument', `no path of JSON: ${path}`, { hint: 'such as $.orders[0].price or $."unit price"; [-1] is the last item' })
}
