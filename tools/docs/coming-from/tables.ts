/** The small tables that the rows of docs/coming-from.md are about. */
import type { Dataset, Session } from '../../../src/index.ts'
import { list } from '../../../src/index.ts'
import { rows } from '../../../src/connectors/index.ts'
import { type FieldType, type Row, type SchemaLike, schemaOf } from '../../../src/schema/index.ts'

const tags: FieldType<string[]> = list('string')
const order = {
  id: 'int32',
  customer: 'int32?',
  region: 'string',
  product: 'string?',
  amount: 'float64?',
  quantity: 'int32',
  status: 'string',
  placed: 'timestamp',
  tags: tags as FieldType<string[]>,
} as const
const customer = { customer: 'int32', name: 'string', city: 'string?', email: 'string' } as const
const payment = { id: 'int32', amount: 'float64' } as const
const trade = { symbol: 'string', time: 'timestamp', price: 'float64' } as const
const quote = { symbol: 'string', time: 'timestamp', bid: 'float64' } as const
const sale = { city: 'string', jan: 'float64', feb: 'float64' } as const

/** The rows as JSON has them, with the schema that reads them. */
const data: Readonly<Record<string, { readonly schema: SchemaLike; readonly rows: readonly (readonly unknown[])[] }>> = {
  orders: {
    schema: order,
    rows: [
      [1, 10, 'west', 'lamp', 20, 1, 'paid', '2026-01-03T09:15:00Z', ['new', 'gift']],
      [2, 11, 'west', 'desk', 250.5, 2, 'paid', '2026-01-03T17:40:00Z', ['new']],
      [3, 10, 'east', 'lamp', null, 3, 'open', '2026-01-05T23:30:00Z', []],
      [4, null, 'east', 'chair', 80, 4, 'lost', '2026-01-31T08:00:00Z', ['gift']],
      [5, 12, 'west', 'chair', 75.25, 1, 'paid', '2026-02-02T12:00:00Z', []],
      [6, 13, 'north', null, 12, 6, 'open', '2026-02-10T06:05:00Z', ['bulk', 'late']],
      [7, 11, 'east', 'desk', 310, 1, 'paid', '2026-02-11T10:00:00Z', ['gift', 'late']],
      [8, 99, 'north', 'lamp', 18, 5, 'paid', '2026-03-01T00:00:00Z', ['new']],
    ],
  },
  customers: {
    schema: customer,
    rows: [
      [10, 'Ada', 'Bonn', 'ada@mail.example'],
      [11, 'Ben Li', 'Oslo', 'ben@work.example'],
      [12, ' Cleo ', null, 'cleo@mail.example'],
      [13, 'Dan', 'Bonn', 'dan@work.example'],
      [14, 'Eve', 'Rome', 'eve@mail.example'],
    ],
  },
  january: {
    schema: payment,
    rows: [
      [1, 20],
      [2, 250.5],
      [2, 250.5],
      [3, 7],
    ],
  },
  february: {
    schema: payment,
    rows: [
      [3, 7],
      [4, 80],
    ],
  },
  trades: {
    schema: trade,
    rows: [
      ['A', '2026-01-02T10:00:01Z', 10],
      ['A', '2026-01-02T10:00:05Z', 11],
      ['B', '2026-01-02T10:00:03Z', 20.5],
      ['C', '2026-01-02T10:00:09Z', 5],
    ],
  },
  quotes: {
    schema: quote,
    rows: [
      ['A', '2026-01-02T10:00:00Z', 9.5],
      ['A', '2026-01-02T10:00:04Z', 10.5],
      ['B', '2026-01-02T10:00:02Z', 20],
      ['B', '2026-01-02T10:00:07Z', 21],
    ],
  },
  sales: {
    schema: sale,
    rows: [
      ['Bonn', 5, 6],
      ['Oslo', 7, 4],
      ['Rome', 1, 9],
    ],
  },
}

export interface Tables {
  readonly orders: Dataset<Row<typeof order>>
  readonly customers: Dataset<Row<typeof customer>>
  readonly january: Dataset<Row<typeof payment>>
  readonly february: Dataset<Row<typeof payment>>
  readonly trades: Dataset<Row<typeof trade>>
  readonly quotes: Dataset<Row<typeof quote>>
  readonly sales: Dataset<Row<typeof sale>>
}

/** The tables in a session. */
export async function openTables(tm: Session): Promise<Tables> {
  const made: Record<string, Dataset<never>> = {}
  for (const [name, { schema, rows: values }] of Object.entries(data)) {
    const names = schemaOf(schema).map(field => field.name)
    const items = values.map(value => Object.fromEntries(names.map((column, at) => [column, value[at]])))
    made[name] = (await tm.read(rows(items, { schema }))) as unknown as Dataset<never>
  }
  // Each was read by its own schema.
  return made as unknown as Tables
}
