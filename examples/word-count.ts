/** Program C2: counts the words of standard input. `echo a b a | node examples/word-count.ts` prints `a	2` and `b	1`; empty input prints nothing. */
import { tidemill, words } from 'tidemill'
import { lines } from 'tidemill/connectors'

await using tm = await tidemill()
const counts = await tm.mapReduce(lines('-'), {
  map: words(),
  reduce: (word, [n]) => ({ word, n }),
  // Without a word there is no row to learn the columns from.
  schema: { word: 'string', n: 'int64' },
})
for (const { word, n } of await counts.rows()) console.log(`${word}\t${n}`)
