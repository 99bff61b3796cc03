import { createHash } from 'node:crypto'
import type { Dataset } from 'tidemill'

/** One hash over the bits of all predictions, in order. */
export async function digest(predicted: Dataset<{ prediction: number }>): Promise<string> {
  const values = Float64Array.from(await predicted.select('prediction').rows(), row => row.prediction)
  return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')
}
