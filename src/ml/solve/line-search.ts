/** A function along a line: its value and slope at a step. */
export interface LinePoint {
  readonly step: number
  readonly value: number
  readonly slope: number
}
/** The point that was found, and the step that was tried last. */
export interface LineEnd {
  readonly point: LinePoint
  readonly last: number
}

/** How much of the slope's promise a step must keep. */
const decrease = 1e-3
/** How much of the slope may be left. */
const curvature = 0.9
/** An interval shorter than this share of its end is a point. */
const narrow = 1e-10
const mostSteps = 40
const longest = 1e20

/**
 * A step along a falling line that meets the strong Wolfe conditions: the value fell by `decrease` of what the slope promised, and at most
 * `curvature` of the slope is left. Where the fall is less than the rounding of the value, the slopes alone decide. When there is no such
 * step: the lowest point seen, which is the start when nothing was lower.
 *
 * Sources: Moré, Thuente, "Line search algorithms with guaranteed sufficient decrease" (1994), the steps of MINPACK-2; for the rounding
 * Hager, Zhang, "A new conjugate gradient method with guaranteed descent and an efficient line search" (2005), the approximate Wolfe
 * condition.
 *
 * @param start the point at step 0, with a negative slope
 * @param first the step to try first
 */
export async function searchLine(at: (step: number) => Promise<LinePoint>, start: LinePoint, first: number): Promise<LineEnd> {
  const promised = decrease * start.slope
  const rounding = 1e-12 * Math.abs(start.value)
  let best = start
  let other = start
  let bracketed = false
  let untilFall = true
  let width = longest
  let widthBefore = 2 * width
  let [low, high] = [0, 5 * first]
  let limit = longest
  let step = first
  let last = first
  for (let tries = 0; tries < mostSteps; tries++) {
    last = step
    const point = await at(step)
    if (!(Number.isFinite(point.value) && Number.isFinite(point.slope))) {
      // Beyond what float64 holds: never go that far again.
      limit = step
      step = best.step + (step - best.step) / 10
      high = limit
      continue
    }
    const wanted = start.value + step * promised
    const flat = Math.abs(point.slope) <= -curvature * start.slope
    if (point.value <= wanted && flat) return { point, last: step }
    if (point.value <= start.value + rounding && flat && point.slope <= (2 * decrease - 1) * start.slope) return { point, last: step }
    if (untilFall && point.value <= wanted && point.slope >= 0) untilFall = false
    // While no step has fallen enough, the function less its promised fall is searched: its lowest point is one that did.
    const tilt = untilFall && point.value <= best.value && point.value > wanted ? promised : 0
    const found = narrowed(tilted(best, tilt), tilted(other, tilt), tilted(point, tilt), bracketed, low, high)
    best = tilted(found.best, -tilt)
    other = tilted(found.other, -tilt)
    bracketed = found.bracketed
    step = Number.isFinite(found.step) ? found.step : best.step + (high - best.step) / 2
    if (bracketed) {
      const now = Math.abs(other.step - best.step)
      if (now >= 0.66 * widthBefore) step = best.step + (other.step - best.step) / 2
      widthBefore = width
      width = now
      low = Math.min(best.step, other.step)
      high = Math.max(best.step, other.step)
      if (step <= low || step >= high || high - low <= narrow * high) break
      // What is left between the two ends cannot be told from rounding.
      if (now * Math.max(Math.abs(best.slope), Math.abs(other.slope)) <= Number.EPSILON * Math.abs(start.value)) break
    } else {
      low = step + 1.1 * (step - best.step)
      high = step + 4 * (step - best.step)
    }
    step = Math.min(step, limit)
  }
  return { point: best.value < start.value ? best : start, last }
}

function tilted({ step, value, slope }: LinePoint, tilt: number): LinePoint {
  return tilt === 0 ? { step, value, slope } : { step, value: value - step * tilt, slope: slope - tilt }
}

interface Narrowed {
  readonly best: LinePoint
  readonly other: LinePoint
  readonly step: number
  readonly bracketed: boolean
}

/** The interval after a trial point, and the next step by cubic and quadratic interpolation: the four cases of Moré and Thuente. */
function narrowed(best: LinePoint, other: LinePoint, point: LinePoint, bracketed: boolean, low: number, high: number): Narrowed {
  const { step } = point
  const turned = point.slope * Math.sign(best.slope) < 0
  if (point.value > best.value) {
    const cubic = best.step + cubicShare(best, point) * (step - best.step)
    const fall = (best.value - point.value) / (step - best.step) + best.slope
    const quadratic = best.step + (best.slope / fall / 2) * (step - best.step)
    const next = Math.abs(cubic - best.step) < Math.abs(quadratic - best.step) ? cubic : cubic + (quadratic - cubic) / 2
    return { best, other: point, step: next, bracketed: true }
  }
  const secant = step + (point.slope / (point.slope - best.slope)) * (best.step - step)
  if (turned) {
    const cubic = step + cubicShare(point, best) * (best.step - step)
    const next = Math.abs(cubic - step) > Math.abs(secant - step) ? cubic : secant
    return { best: point, other: best, step: next, bracketed: true }
  }
  if (Math.abs(point.slope) < Math.abs(best.slope)) {
    const share = cubicShare(point, best)
    const cubic = share < 0 ? step + share * (best.step - step) : step > best.step ? high : low
    if (!bracketed) {
      const far = Math.abs(cubic - step) > Math.abs(secant - step) ? cubic : secant
      return { best: point, other, step: Math.min(high, Math.max(low, far)), bracketed }
    }
    const near = Math.abs(cubic - step) < Math.abs(secant - step) ? cubic : secant
    const border = step + 0.66 * (other.step - step)
    return { best: point, other, step: step > best.step ? Math.min(border, near) : Math.max(border, near), bracketed }
  }
  if (!bracketed) return { best: point, other, step: step > best.step ? high : low, bracketed }
  return { best: point, other, step: step + cubicShare(point, other) * (other.step - step), bracketed }
}

/** Where the cubic through a and b has its minimum, as a share of the way from a to b. */
function cubicShare(a: LinePoint, b: LinePoint): number {
  const theta = (3 * (a.value - b.value)) / (b.step - a.step) + a.slope + b.slope
  const scale = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope))
  const root = scale * Math.sqrt(Math.max(0, (theta / scale) ** 2 - (a.slope / scale) * (b.slope / scale)))
  const gamma = b.step < a.step ? -root : root
  return (gamma - a.slope + theta) / (gamma - a.slope + gamma + b.slope)
}
