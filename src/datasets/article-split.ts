/** The rows an article held out, for `split`: row numbers count from 0 in the order of the file. */
export interface ArticleSplit {
  readonly kind: 'rows'
  readonly rows: { readonly train: 'rest'; readonly test: readonly number[] }
}

/** A split out of the rows that are held out. */
export function articleSplit(test: readonly number[]): ArticleSplit {
  return Object.freeze({ kind: 'rows', rows: Object.freeze({ train: 'rest', test: Object.freeze([...test]) }) })
}

/** The numbers of the bits that are set; lowest bit of the first byte is 0. */
export function rowsOfBits(base64: string): number[] {
  const rows: number[] = []
  Buffer.from(base64, 'base64').forEach((byte, index) => {
    for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) rows.push(index * 8 + bit)
  })
  return rows
}
