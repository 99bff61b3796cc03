import type { Section } from './types.ts'

export const texts: Section = {
  title: 'Text',
  rows: [
    {
      what: 'capital letters, without blanks',
      pandas: "pd.DataFrame({'name': customers.name.str.strip().str.upper()})",
      polars: "customers.select(pl.col('name').str.strip_chars().str.to_uppercase())",
      sql: 'select upper(trim(name)) as name from customers',
      tidemill: ({ customers }) => customers.select(r => ({ name: r.name.trim().upper() })),
    },
    {
      what: 'length and part',
      pandas: "pd.DataFrame({'n': customers.name.str.len(), 'start': customers.name.str[:2]})",
      polars: "customers.select(n=pl.col('name').str.len_chars(), start=pl.col('name').str.slice(0, 2))",
      sql: 'select length(name) as n, name[:2] as start from customers',
      tidemill: ({ customers }) => customers.select(r => ({ n: r.name.length(), start: r.name.slice(0, 2) })),
    },
    {
      what: 'one behind the other',
      pandas: "pd.DataFrame({'who': customers.name + ' <' + customers.email + '>'})",
      polars: "customers.select(who=pl.format('{} <{}>', 'name', 'email'))",
      sql: "select name || ' <' || email || '>' as who from customers",
      tidemill: ({ customers }) => customers.select(r => ({ who: r.name.concat(' <').concat(r.email).concat('>') })),
    },
    {
      what: 'contains, begins with',
      pandas: "customers[customers.email.str.contains('work', regex=False) | customers.name.str.startswith('A')][['name']]",
      polars: "customers.filter(pl.col('email').str.contains('work', literal=True) | pl.col('name').str.starts_with('A')).select('name')",
      sql: "select name from customers where contains(email, 'work') or starts_with(name, 'A')",
      tidemill: ({ customers }) => customers.filter(r => r.email.contains('work').or(r.name.startsWith('A'))).select('name'),
    },
    {
      what: 'like',
      pandas: "customers[customers.email.str.endswith('@mail.example')][['name']]",
      polars: "customers.filter(pl.col('email').str.ends_with('@mail.example')).select('name')",
      sql: "select name from customers where email like '%@mail.example'",
      tidemill: ({ customers }) => customers.filter(r => r.email.like('%@mail.example')).select('name'),
    },
    {
      what: 'a pattern matches',
      pandas: "customers[customers.name.str.contains(r'^[A-C]\\w+$')][['name']]",
      polars: "customers.filter(pl.col('name').str.contains(r'^[A-C]\\w+$')).select('name')",
      sql: "select name from customers where regexp_matches(name, '^[A-C]\\w+$')",
      tidemill: ({ customers }) => customers.filter(r => r.name.matches(/^[A-C]\w+$/)).select('name'),
    },
    {
      what: 'what a pattern finds',
      pandas: "pd.DataFrame({'host': customers.email.str.extract(r'@(\\w+)', expand=False)})",
      polars: "customers.select(host=pl.col('email').str.extract(r'@(\\w+)', 1))",
      sql: "select regexp_extract(email, '@(\\w+)', 1) as host from customers",
      tidemill: ({ customers }) => customers.select(r => ({ host: r.email.extract(/@(\w+)/, 1) })),
    },
    {
      what: 'replace',
      pandas: "pd.DataFrame({'email': customers.email.str.replace(r'\\.example$', '.org', regex=True)})",
      polars: "customers.select(pl.col('email').str.replace_all(r'\\.example$', '.org'))",
      sql: "select regexp_replace(email, '\\.example$', '.org') as email from customers",
      tidemill: ({ customers }) => customers.select(r => ({ email: r.email.replace(/\.example$/, '.org') })),
    },
    {
      what: 'a part between separators',
      pandas: "pd.DataFrame({'host': customers.email.str.split('@').str[1]})",
      polars: "customers.select(host=pl.col('email').str.split('@').list.get(1))",
      sql: "select split_part(email, '@', 2) as host from customers",
      tidemill: ({ customers }) => customers.select(r => ({ host: r.email.splitPart('@', 1) })),
    },
    {
      what: 'filled up',
      pandas: "pd.DataFrame({'id': orders.id.astype(str).str.zfill(4)})",
      polars: "orders.select(id=pl.col('id').cast(pl.String).str.zfill(4))",
      sql: "select lpad(cast(id as varchar), 4, '0') as id from orders",
      tidemill: ({ orders }) => orders.select(r => ({ id: r.id.cast('string').padStart(4, '0') })),
    },
  ],
}
