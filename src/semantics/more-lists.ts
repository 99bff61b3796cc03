import { listOf, range, structOf } from '../expr/index.ts'
import type { Schema } from '../schema/index.ts'
import { type CaseRow, type ConformanceCase, fails, project } from './case.ts'

const lists: Schema = [
  { name: 'l', type: { list: 'int64' }, nullable: true },
  { name: 's', type: { list: 'string' }, nullable: true },
]
const floats: Schema = [
  { name: 'f', type: { list: 'float64' }, nullable: true },
  { name: 'b', type: { list: 'boolean' }, nullable: true },
]
const four: readonly (readonly unknown[])[] = [
  [
    [3, 1, null, 3],
    ['b', '\u{1f600}', '\uffff', 'b'],
  ],
  [[], []],
  [[null], ['']],
  [null, null],
]
type Item = CaseRow[string]

export const moreListCases: readonly ConformanceCase[] = [
  project(
    'list',
    'sort, distinct and reverse; NULL items are last, and one of them is kept',
    lists,
    four,
    r => ({
      up: r['l'].sort(),
      down: r['l'].sort({ descending: true }),
      once: r['l'].distinct(),
      back: r['l'].reverse(),
      texts: r['s'].sort(),
      some: r['s'].distinct(),
    }),
    [
      ['[1,3,3,NULL]', '[3,3,1,NULL]', '[3,1,NULL]', '[3,NULL,1,3]', '["b","b","\uffff","\u{1f600}"]', '["b","\u{1f600}","\uffff"]'],
      ['[]', '[]', '[]', '[]', '[]', '[]'],
      ['[NULL]', '[NULL]', '[NULL]', '[NULL]', '[""]', '[""]'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'list',
    'slice, concat and append',
    lists,
    four,
    r => ({
      middle: r['l'].slice(1, 3),
      tail: r['l'].slice(-2),
      none: r['l'].slice(3, 1),
      far: r['l'].slice(2, 99),
      both: r['l'].concat(r['l']),
      more: r['l'].concat([7]),
      one: r['s'].append('z'),
      own: r['l'].append(r['l'].at(0)),
    }),
    [
      [
        '[1,NULL]',
        '[NULL,3]',
        '[]',
        '[NULL,3]',
        '[3,1,NULL,3,3,1,NULL,3]',
        '[3,1,NULL,3,7]',
        '["b","\u{1f600}","\uffff","b","z"]',
        '[3,1,NULL,3,3]',
      ],
      ['[]', '[]', '[]', '[]', '[]', '[7]', '["z"]', '[NULL]'],
      ['[]', '[NULL]', '[]', '[]', '[NULL,NULL]', '[NULL,7]', '["","z"]', '[NULL,NULL]'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'list',
    'filter keeps the items for which the condition is true',
    [...lists, { name: 'n', type: 'int64', nullable: true }],
    [
      [[3, 1, null, 5], ['a', 'bb'], 2],
      [[], [], 1],
      [[1], ['c'], null],
      [null, null, 1],
    ],
    r => ({
      above: r['l'].filter((x: Item) => x.gt(r['n'])),
      long: r['s'].filter((x: Item) => x.length().gt(1)).map((x: Item) => x.upper()),
      known: r['l'].filter((x: Item) => x.isNotNull()),
    }),
    [
      ['[3,5]', '["BB"]', '[3,1,5]'],
      ['[]', '[]', '[]'],
      ['[]', '[]', '[1]'],
      ['NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'list',
    'sums, means and extremes of items; NULL of none',
    lists,
    four,
    r => ({ sum: r['l'].sumItems(), mean: r['l'].meanItems(), min: r['l'].minItems(), max: r['l'].maxItems(), text: r['s'].maxItems() }),
    [
      ['7', '2.33333333333', '1', '3', '\u{1f600}'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
      ['NULL', 'NULL', 'NULL', 'NULL', ''],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'list',
    'floats and booleans in lists',
    floats,
    [
      [
        [1.5, Number.NaN, null],
        [true, null],
      ],
      [
        [0.5, Infinity],
        [false, null],
      ],
      [[], []],
      [[null], [null]],
      [null, null],
    ],
    r => ({
      sum: r['f'].sumItems(),
      min: r['f'].minItems(),
      max: r['f'].maxItems(),
      sorted: r['f'].sort(),
      any: r['b'].anyItem(),
      all: r['b'].allItems(),
    }),
    [
      ['NaN', '1.5', 'NaN', '[1.5,NaN,NULL]', 'true', 'true'],
      ['Infinity', '0.5', 'Infinity', '[0.5,Infinity]', 'false', 'false'],
      ['NULL', 'NULL', 'NULL', '[]', 'NULL', 'NULL'],
      ['NULL', 'NULL', 'NULL', '[NULL]', 'NULL', 'NULL'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  fails(
    'list',
    'a sum of items beyond int64 is an error',
    [{ name: 'l', type: { list: 'bigint' }, nullable: false }],
    [[2n ** 63n - 1n, 1n]],
    r => ({ s: r['l'].sumItems() }),
    'expr.overflow',
  ),
  project(
    'list',
    'containsAny, containsAll, indexOf, and a value in a list beside it',
    [...lists, { name: 'x', type: 'string', nullable: true }],
    [
      [[1, 2, 2, null], ['a', 'b'], 'b'],
      [[], [], 'a'],
      [[null], ['c'], null],
      [null, null, 'a'],
    ],
    r => ({
      any: r['l'].containsAny([2, 5]),
      all: r['l'].containsAll([1, 2]),
      at: r['l'].indexOf(2),
      text: r['s'].indexOf('b'),
      inList: r['x'].in(r['s']),
    }),
    [
      ['true', 'true', '1', '1', 'true'],
      ['false', 'false', '-1', '-1', 'false'],
      ['false', 'false', '-1', '-1', 'NULL'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'list',
    'flatten joins the lists of a list',
    [{ name: 'l', type: { list: { list: 'int64' } }, nullable: true }],
    [[[[1, 2], [], null, [null, 3]]], [[]], [null]],
    r => ({ flat: r['l'].flatten() }),
    [['[1,2,NULL,3]'], ['[]'], ['NULL']],
  ),
  project(
    'list',
    'lists and structs of columns, ranges of numbers',
    { a: 'int64?', b: 'float64?', s: 'string?' },
    [
      [3, 0.5, 'x'],
      [null, 1.5, null],
    ],
    r => ({
      list: listOf(r['a'], r['b'], 1),
      struct: structOf({ a: r['a'], name: r['s'].upper() }),
      field: structOf({ a: r['a'], name: r['s'] }).name.concat('!'),
      range: range(0, r['a']),
      steps: range(r['a'], 0, -2),
      none: range(5, 1),
    }),
    [
      ['[3,0.5,1]', '{a:3,name:"X"}', 'x!', '[0,1,2]', '[3,1]', '[]'],
      ['[NULL,1.5,1]', '{a:NULL,name:NULL}', 'NULL', 'NULL', 'NULL', '[]'],
    ],
  ),
  fails('list', 'a range in steps of 0 is an error', { a: 'int64' }, [1], r => ({ l: range(0, 5, r['a'].sub(1)) }), 'expr.argument'),
  fails(
    'list',
    'a range of too many items is an error',
    { a: 'int64' },
    [9007199254740991],
    r => ({ l: range(0, r['a']) }),
    'expr.argument',
  ),
  project(
    'list',
    'values, keys and the value of a key of a map',
    [
      { name: 'm', type: { map: ['string', 'int64'] }, nullable: true },
      { name: 'k', type: 'string', nullable: true },
    ],
    [
      [
        new Map<string, number | null>([
          ['a', 1],
          ['b', null],
        ]),
        'a',
      ],
      [new Map(), 'a'],
      [null, 'a'],
      [new Map([['a', 3]]), null],
    ],
    r => ({ a: r['m'].get('a'), own: r['m'].get(r['k']), b: r['m'].get('b'), keys: r['m'].keys(), values: r['m'].values() }),
    [
      ['1', '1', 'NULL', '["a","b"]', '[1,NULL]'],
      ['NULL', 'NULL', 'NULL', '[]', '[]'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
      ['3', 'NULL', 'NULL', '["a"]', '[3]'],
    ],
  ),
  project(
    'three-valued',
    'nullIf is NULL where the values are equal',
    { a: 'int64?', s: 'string?' },
    [
      [-1, ''],
      [2, 'x'],
      [null, null],
    ],
    r => ({ a: r['a'].nullIf(-1), s: r['s'].nullIf('') }),
    [
      ['NULL', 'NULL'],
      ['2', 'x'],
      ['NULL', 'NULL'],
    ],
  ),
]
