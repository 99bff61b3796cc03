/**
 * Lines of NDJSON that look like those before, as columns: the twin of `src/kernels/ndjson/decoder.ts` and its readers, with 16 bytes at a time.
 *
 * Takes lines as long as it is sure of them and stops before the first other one, which the JavaScript takes. What it takes means the same, to the bit.
 * Functions give the place behind what they read, or 0: not sure.
 */
import { readDate, readMicros } from './times'
import { readFloat64, readInt32, readInt64 } from './numbers'
import { blankEnd, skip } from './skip'
import { readText } from './texts'
import {
  alseWord,
  columnDay,
  columnKind,
  columnNullable,
  columnNullRows,
  columnNulls,
  columnSeen,
  columnSize,
  columnText,
  columnValues,
  edgeColumn,
  edgeLength,
  edgeMask,
  edgeNext,
  edgeOther,
  edgeRest,
  edgeWord,
  nullWord,
  trueWord,
} from './tables'

/** Behind the last line taken. */
export let stopped: usize = 0

/**
 * Rows of the lines from `from` up to `end`, at most `most`, into the columns at `columns`; gives how many. There are 16 bytes behind `end`.
 *
 * @param first the edges that begin a line
 */
export function run(from: usize, end: usize, most: i32, columns: usize, count: i32, first: usize): i32 {
  for (let i: usize = 0; i < <usize>count; i++) {
    const column = columns + i * columnSize
    store<i32>(column, 0, columnSeen)
    store<i32>(column, 0, columnNulls)
  }
  let p = from
  let row: i32 = 0
  while (p < end && row < most) {
    const next = line(p, row, columns, count, first)
    if (next == 0) break
    p = next
    row++
  }
  stopped = p
  return row
}

function line(from: usize, row: i32, columns: usize, count: i32, first: usize): usize {
  const seen = row + 1
  let filled: i32 = 0
  let edge = first
  let p = from
  while (true) {
    while (edge != 0 && !isAt(edge, p)) edge = load<u32>(edge, edgeOther)
    if (edge == 0) {
      // Before the first key there is no end: `{}` goes the long way.
      if (p == from) return 0
      p = lineEnd(p)
      break
    }
    p += load<u32>(edge, edgeLength)
    const column = <usize>load<u32>(edge, edgeColumn)
    edge = load<u32>(edge, edgeNext)
    if (column == 0) p = skip(p)
    else {
      if (load<i32>(column, columnSeen) == seen) return 0
      store<i32>(column, seen, columnSeen)
      filled++
      p = value(column, p, row)
    }
    if (p == 0) return 0
  }
  if (filled < count && p != 0 && !fill(columns, count, row)) return 0
  return p
}

/** True when the bytes of an edge lie at `p`. */
function isAt(edge: usize, p: usize): bool {
  if (v128.any_true(v128.and(v128.xor(v128.load(p), v128.load(edge, edgeWord)), v128.load(edge, edgeMask)))) return false
  const length = <usize>load<u32>(edge, edgeLength)
  return length <= 16 || sameRest(load<u32>(edge, edgeRest), p, length)
}

function sameRest(rest: usize, p: usize, length: usize): bool {
  let i: usize = 16
  for (; i + 16 <= length; i += 16) if (v128.any_true(v128.xor(v128.load(p + i), v128.load(rest + i)))) return false
  return i == length || !v128.any_true(v128.xor(v128.load(p + length - 16), v128.load(rest + length - 16)))
}

/** Behind the closing brace of a line and its line end. */
function lineEnd(p: usize): usize {
  return load<u16>(p) == 0x0a7d ? p + 2 : looseEnd(p)
}

function looseEnd(from: usize): usize {
  const brace = blankEnd(from)
  if (load<u8>(brace) != 125) return 0
  const end = blankEnd(brace + 1)
  return load<u8>(end) == 10 ? end + 1 : 0
}

/** NULL for columns whose key the line lacks. */
function fill(columns: usize, count: i32, row: i32): bool {
  for (let i: usize = 0; i < <usize>count; i++) {
    const column = columns + i * columnSize
    if (load<i32>(column, columnSeen) != row + 1 && !setNull(column, row)) return false
  }
  return true
}

function setNull(column: usize, row: i32): bool {
  if (load<i32>(column, columnNullable) == 0) return false
  const nulls = load<i32>(column, columnNulls)
  store<i32>(load<u32>(column, columnNullRows) + (nulls << 2), row)
  store<i32>(column, nulls + 1, columnNulls)
  if (load<i32>(column, columnKind) == 4) {
    const offsets = <usize>load<u32>(column, columnValues) + (row << 2)
    store<i32>(offsets, load<i32>(offsets), 4)
  }
  return true
}

/** A value into its row. The numbers of the kinds are those of `kinds` in target.ts. */
function value(column: usize, p: usize, row: i32): usize {
  if (load<u8>(p) == 110) return load<u32>(p) == nullWord && setNull(column, row) ? p + 4 : 0
  const values = <usize>load<u32>(column, columnValues)
  switch (load<i32>(column, columnKind)) {
    case 0:
      return readInt32(p, values + (row << 2))
    case 1:
      return readInt64(p, values + (row << 3))
    case 2:
      return readFloat64(p, values + (row << 3))
    case 3:
      return readBoolean(p, values + row)
    case 4:
      return readText(p, values + (row << 2), load<u32>(column, columnText))
    case 5:
      return readMicros(p, values + (row << 3), column + columnDay, true)
    case 6:
      return readMicros(p, values + (row << 3), column + columnDay, false)
    case 7:
      return readDate(p, values + (row << 2), column + columnDay)
    default:
      return 0
  }
}

function readBoolean(p: usize, into: usize): usize {
  if (load<u32>(p) == trueWord) {
    store<u8>(into, 1)
    return p + 4
  }
  if (load<u8>(p) != 102 || load<u32>(p + 1) != alseWord) return 0
  store<u8>(into, 0)
  return p + 5
}
