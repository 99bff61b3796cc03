import type { Schema } from '../schema/index.ts'
import { type CaseRow, type ConformanceCase, project } from './case.ts'

const lists: Schema = [
  { name: 'l', type: { list: 'int64' }, nullable: true },
  { name: 's', type: { list: 'string' }, nullable: true },
]
const structs: Schema = [
  {
    name: 'p',
    type: {
      struct: [
        { name: 'zip', type: 'string', nullable: true },
        { name: 'no', type: 'int64', nullable: false },
      ],
    },
    nullable: true,
  },
]
type Item = CaseRow[string]

export const listCases: readonly ConformanceCase[] = [
  project(
    'list',
    'items count from 0, from the end when negative; NULL out of range',
    lists,
    [
      [
        [10, 20, 30],
        ['a', 'b'],
      ],
      [[], []],
      [[null, 5], ['x']],
      [null, null],
    ],
    r => ({ first: r['l'].at(0), last: r['l'].at(-1), out: r['l'].at(7), before: r['l'].at(-7), n: r['l'].length(), s: r['s'].at(1) }),
    [
      ['10', '30', 'NULL', 'NULL', '3', 'b'],
      ['NULL', 'NULL', 'NULL', 'NULL', '0', 'NULL'],
      ['NULL', '5', 'NULL', 'NULL', '2', 'NULL'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'list',
    'contains looks for a value that is there',
    lists,
    [
      [[10, 20], ['a']],
      [[], []],
      [
        [null, 5],
        ['b', ''],
      ],
      [null, null],
    ],
    r => ({ ten: r['l'].contains(10), five: r['l'].contains(5), a: r['s'].contains('a'), empty: r['s'].contains('') }),
    [
      ['true', 'false', 'true', 'false'],
      ['false', 'false', 'false', 'false'],
      ['false', 'true', 'false', 'true'],
      ['NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'list',
    'map keeps the items in order, NULL items too',
    lists,
    [
      [
        [1, 2],
        ['a', 'bc'],
      ],
      [[], []],
      [[null, 3], ['']],
      [null, null],
    ],
    r => ({
      double: r['l'].map((x: Item) => x.mul(2)),
      upper: r['s'].map((x: Item) => x.upper()),
      length: r['s'].map((x: Item) => x.length()),
      isNull: r['l'].map((x: Item) => x.isNull()),
    }),
    [
      ['[2,4]', '["A","BC"]', '[1,2]', '[false,false]'],
      ['[]', '[]', '[]', '[]'],
      ['[NULL,6]', '[""]', '[0]', '[true,false]'],
      ['NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'list',
    'map may use other columns of the row',
    [...lists, { name: 'n', type: 'int64', nullable: true }],
    [
      [[1, 2], [], 10],
      [[3], [], null],
    ],
    r => ({ sum: r['l'].map((x: Item) => x.add(r['n'])) }),
    [['[11,12]'], ['[NULL]']],
  ),
  project(
    'list',
    'join puts the texts together',
    lists,
    [
      [[], ['a', '', 'b']],
      [[], []],
      [[], ['x']],
      [[], null],
    ],
    r => ({ s: r['s'].join('-') }),
    [['a--b'], [''], ['x'], ['NULL']],
  ),
  project(
    'list',
    'fields of a struct',
    structs,
    [[{ zip: '2611', no: 7 }], [{ zip: null, no: 8 }], [null]],
    r => ({ zip: r['p'].field('zip'), no: r['p'].field('no').add(1) }),
    [
      ['2611', '8'],
      ['NULL', '9'],
      ['NULL', 'NULL'],
    ],
  ),
]
