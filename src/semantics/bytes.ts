import { type ConformanceCase, fails, project } from './case.ts'

export const bytesCases: readonly ConformanceCase[] = [
  project(
    'bytes',
    'texts become bytes and come back',
    { s: 'string?' },
    [['h\u00e9'], ['\u{1f600}'], [''], [null]],
    r => ({
      bytes: r['s'].toBytes(),
      back: r['s'].toBytes().toText(),
      length: r['s'].toBytes().byteLength(),
      hex: r['s'].toBytes().toHex(),
      base64: r['s'].toBytes().toBase64(),
    }),
    [
      ['68c3a9', 'h\u00e9', '3', '68C3A9', 'aMOp'],
      ['f09f9880', '\u{1f600}', '4', 'F09F9880', '8J+YgA=='],
      ['', '', '0', '', ''],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'bytes',
    'hexadecimal and base64 text are read strictly',
    { hex: 'string?', base64: 'string?' },
    [
      ['c3A9', 'YWI='],
      ['', ''],
      [null, null],
    ],
    r => ({ hex: r['hex'].fromHex(), base64: r['base64'].fromBase64().toText() }),
    [
      ['c3a9', 'ab'],
      ['', ''],
      ['NULL', 'NULL'],
    ],
  ),
  fails('bytes', 'half a byte of hexadecimal text is an error', { s: 'string' }, ['abc'], r => ({ b: r['s'].fromHex() }), 'expr.cast'),
  fails('bytes', 'base64 without its end is an error', { s: 'string' }, ['YWI'], r => ({ b: r['s'].fromBase64() }), 'expr.cast'),
  fails('bytes', 'bytes that are no UTF-8 are no text', { s: 'string' }, ['c3'], r => ({ t: r['s'].fromHex().toText() }), 'expr.cast'),
  project(
    'hash',
    'md5, sha256 and hash are the same everywhere',
    { s: 'string?', n: 'int64?' },
    [
      ['abc', 1],
      ['', 0],
      ['\u00e9', -1],
      [null, null],
    ],
    r => ({
      md5: r['s'].md5(),
      sha: r['s'].toBytes().sha256().slice(0, 8),
      hash: r['s'].hash(),
      other: r['s'].hash({ seed: 1 }),
      number: r['n'].hash().mod(10),
    }),
    [
      ['900150983cd24fb0d6963f7d28e17f72', 'ba7816bf', '2922289169566668', '3410945057192595', '2'],
      ['d41d8cd98f00b204e9800998ecf8427e', 'e3b0c442', '2454632533044980', '2099146853782285', '2'],
      ['66ddcd97cfdeabb2f6fb8a999b4bc76f', '4a99557e', '2018265153924690', '3346321683642717', '1'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
]
