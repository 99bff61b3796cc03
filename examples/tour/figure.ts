import { describe, type Described } from 'tidemill/display'

/** The scaled numbers as bars with a line at their mean; the terminal, HTML and a notebook draw the same description. */
export function meanFigure(values: readonly number[], mean: number): Described {
  return {
    [describe]: () => ({
      kind: 'figure',
      title: '[1..5] scaled to [0..1]',
      marks: [
        { mark: 'bars', x: values.map((_, i) => String(i + 1)), y: values },
        { mark: 'rule', y: mean, label: 'mean' },
      ],
    }),
  }
}
