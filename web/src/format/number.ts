/** Figures as text. Tabular, `−` for minus, no more digits than say something; `–` where there is no figure. */

export const none = '–'

/** A whole number with its thousands apart: `48,210`. */
export function count(value: number | null): string {
  return value === null ? none : write(value, 0)
}

/** An amount in a small place: `0.4`, `312`, `3,104`, `48.2 k`, `1.94 M`, `2.1 bn`. */
export function short(value: number | null): string {
  if (value === null) return none
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 0.05) return value < 0 ? '−0.0' : '<0.1'
  if (size < 10) return write(value, Number.isInteger(value) ? 0 : 1)
  if (size < 9999.5) return write(value, 0)
  if (size < 999_950) return `${write(value / 1e3, size < 99_950 ? 1 : 0)} k`
  if (size < 999_500_000) return `${write(value / 1e6, size < 9_995_000 ? 2 : 1)} M`
  return `${write(value / 1e9, 2)} bn`
}

/** A share of 1 as whole percent: `47 %`. */
export function percent(share: number): string {
  return `${write(Math.min(1, Math.max(0, share)) * 100, 0)} %`
}

/** A measured value of any size with four digits that count: `0.7412`, `48,210.5`, `1.2e-7`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e12)) return value.toExponential(3).replaceAll('-', '−')
  return write(value, size >= 1000 ? 1 : Math.max(0, 3 - Math.floor(Math.log10(size || 1))))
}

/** `412 MiB`, `2.1 MiB`, `96 B`. */
export function bytes(value: number | null): string {
  if (value === null) return none
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let size = value
  let unit = 0
  while (size >= 1023.5 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${write(size, unit > 0 && size < 9.95 ? 1 : 0)} ${units[unit]}`
}

function write(value: number, digits: number): string {
  const text = new Intl.NumberFormat('en-US', { maximumFractionDigits: digits }).format(value)
  return text === '-0' ? '0' : text.replace('-', '−')
}
