import { sections } from './coming-from/sections.ts'
import { textOf } from './function-text.ts'
import { type Page, page, table } from './page.ts'

/** docs/coming-from.md, of the rows that test/coming-from.test.ts runs. */
export function comingFromPage(): Page {
  const count = sections.reduce((sum, { rows }) => sum + rows.length, 0)
  const about = `What you say in pandas, in Polars or in SQL, and what you say here: ${count} rows. The Tidemill code of each row is run by the tests, and gives the rows that the SQL beside it gives on DuckDB (\`test/coming-from.test.ts\`);
the Python was run once on the same tables, with pandas 3.1.1 and Polars 2.1.0, and gave the same. Functions without a dot before them (\`when\`, \`count\`, \`rank\`) come from \`'tidemill'\`. How files and databases are read and written: [sources](sources.md).

What is different everywhere:
- A table is lazy, as in Polars' \`lazy()\`: a verb adds a step, \`rows()\`, \`show()\`, \`write()\`, \`count()\` run the plan. There is no index; rows have an order only after \`sort\`.
- Columns are known to the compiler: \`r.prize\` is an error in your editor. Conditions are methods, as JavaScript's \`>\` and \`&&\` cannot build expressions.
- Missing is NULL, never NaN: a comparison with NULL is neither true nor false, aggregates leave it out, and a sum of nothing is NULL.
- \`div\` divides, of integers too; \`mod\` has the sign of the first number, as in JavaScript and SQL (Python: of the second); \`round\` goes away from zero at .5.
- \`slice\` of text and places in lists count from 0; text is counted in code points; \`weekday()\` of Monday is 1.
- What SQL can do and no verb does: \`tm.sql\`; what one of its functions can do and no method does: \`sql('float64')\` with a template, in any callback.`
  const parts = sections.map(
    ({ title, rows }) =>
      `## ${title}\n${table(
        ['', 'pandas', 'Polars', 'SQL (DuckDB)', 'Tidemill'],
        rows.map(row => [row.what, code(row.pandas), code(row.polars), code(row.sql), code(textOf(row.tidemill))]),
      )}`,
  )
  return page('coming-from.md', 'Coming from pandas, Polars or SQL', 'tools/docs/coming-from/', about, ...parts)
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}
