/**
 * Counts keys of bytes: open addressing over entries of 32 bytes, which hold the first 16 bytes of the key; longer keys lie behind. The memory is the caller's:
 * masks at 1024, the input at 2048, then the table and the long keys.
 */
const maskAt: usize = 1024
const entrySize: usize = 32
// Of an entry: the first 16 bytes of the key, its length (16), its hash (20), its count (24), where a longer key lies (28).
const smallest: u32 = 1 << 14

/** Entries, and one less than how many of them. */
export let table: usize = 0
export let mask: u32 = 0
export let used: u32 = 0
/** Behind the last byte in use. */
export let top: usize = 0

/** Begins anew; everything from `base` on is the table's. */
export function reset(base: usize): void {
  top = (base + 15) & ~15
  used = 0
  makeTable(smallest)
}

/** Counts the words between white space of `[from, end)`, behind which there are 32 bytes that may be read. `end` is the end of a word too. */
export function spaces(from: usize, end: usize): void {
  let start = from
  let carried: u32 = 0
  for (let p = from; p < end; p += 16) {
    const v = v128.load(p)
    let ends: u32 = i8x16.bitmask(v128.or(i8x16.eq(v, i8x16.splat(32)), i8x16.lt_u(i8x16.sub(v, i8x16.splat(9)), i8x16.splat(5)))) | carried
    // Lead bytes of white space outside ASCII: C2, E1, E2, E3, EF.
    let leads: u32 = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(v, i8x16.splat(<i8>0xc2)), i8x16.eq(v, i8x16.splat(<i8>0xef))),
        i8x16.lt_u(i8x16.sub(v, i8x16.splat(<i8>0xe1)), i8x16.splat(3)),
      ),
    )
    while (leads != 0) {
      const i = ctz(leads)
      ends |= whiteAt(p + i) << i
      leads &= leads - 1
    }
    carried = ends >> 16
    ends &= 0xffff
    while (ends != 0) {
      const at = p + ctz(ends)
      ends &= ends - 1
      if (at >= end) break
      if (at > start) add(start, at - start, 1)
      start = at + 1
    }
  }
  if (start < end) add(start, end - start, 1)
}

/** The same for runs of the letters A to Z, which are made small where they lie. */
export function letters(from: usize, end: usize, lower: bool): void {
  let start = from
  const bit = lower ? i8x16.splat(0x20) : i8x16.splat(0)
  for (let p = from; p < end; p += 16) {
    const v = v128.load(p)
    const small = v128.or(v, i8x16.splat(0x20))
    const is = i8x16.lt_u(i8x16.sub(small, i8x16.splat(0x61)), i8x16.splat(26))
    v128.store(p, v128.or(v, v128.and(is, bit)))
    let ends: u32 = ~(<u32>i8x16.bitmask(is)) & 0xffff
    while (ends != 0) {
      const at = p + ctz(ends)
      ends &= ends - 1
      if (at >= end) break
      if (at > start) add(start, at - start, 1)
      start = at + 1
    }
  }
  if (start < end) add(start, end - start, 1)
}

/** Counts the keys at `count` pairs of places (from, to), each 32 bits, that are offsets from `base`. */
export function ranges(list: usize, count: u32, base: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const from: usize = load<u32>(list + ((<usize>i) << 3))
    const to: usize = load<u32>(list + ((<usize>i) << 3), 4)
    add(base + from, to - from, 1)
  }
}

/** One bit for each byte of the white space that begins here: 0 where none does. */
function whiteAt(p: usize): u32 {
  const first: u32 = load<u8>(p)
  const second: u32 = load<u8>(p, 1)
  if (first == 0xc2) return second == 0xa0 ? 3 : 0
  const third: u32 = load<u8>(p, 2)
  if (first == 0xe2) {
    if (second == 0x80) return third <= 0x8a || third == 0xa8 || third == 0xa9 || third == 0xaf ? 7 : 0
    return second == 0x81 && third == 0x9f ? 7 : 0
  }
  if (first == 0xe3) return second == 0x80 && third == 0x80 ? 7 : 0
  if (first == 0xef) return second == 0xbb && third == 0xbf ? 7 : 0
  return second == 0x9a && third == 0x80 ? 7 : 0
}

function add(p: usize, length: usize, count: u32): void {
  let v = v128.load(p)
  if (length < 16) v = v128.and(v, v128.load(maskAt + 16 - length))
  const low = i64x2.extract_lane(v, 0)
  const high = i64x2.extract_lane(v, 1)
  let h: u64 = (<u64>low ^ <u64>length) * 0x9e3779b97f4a7c15
  h ^= rotl<u64>(<u64>high * 0xc2b2ae3d27d4eb4f, 31)
  if (length > 16) h ^= hashRest(p + 16, length - 16)
  h ^= h >> 29
  h *= 0xbf58476d1ce4e5b9
  const hash = <u32>(h >> 32)
  let slot = hash & mask
  for (;;) {
    const entry = table + ((<usize>slot) << 5)
    const seen = load<u32>(entry, 24)
    if (seen == 0) break
    if (
      load<i64>(entry) == low &&
      load<i64>(entry, 8) == high &&
      load<u32>(entry, 16) == <u32>length &&
      (length <= 16 || sameRest(entry, p, length))
    ) {
      store<u32>(entry, seen + count, 24)
      return
    }
    slot = (slot + 1) & mask
  }
  insert(table + ((<usize>slot) << 5), p, length, low, high, hash, count)
}

function insert(entry: usize, p: usize, length: usize, low: i64, high: i64, hash: u32, count: u32): void {
  store<i64>(entry, low)
  store<i64>(entry, high, 8)
  store<u32>(entry, <u32>length, 16)
  store<u32>(entry, hash, 20)
  store<u32>(entry, count, 24)
  if (length > 16) {
    const at = take(length)
    memory.copy(at, p, length)
    store<u32>(entry, <u32>at, 28)
  }
  used++
  if (used * 2 > mask) grow()
}

function hashRest(p: usize, length: usize): u64 {
  let h: u64 = 0x27d4eb2f165667c5
  let left = length
  let at = p
  while (left >= 8) {
    h = rotl<u64>((h ^ load<u64>(at)) * 0x9e3779b97f4a7c15, 27)
    at += 8
    left -= 8
  }
  while (left > 0) {
    h = (h ^ <u64>load<u8>(at)) * 0x100000001b3
    at++
    left--
  }
  return h
}

function sameRest(entry: usize, p: usize, length: usize): bool {
  return memory.compare(<usize>load<u32>(entry, 28) + 16, p + 16, length - 16) == 0
}

/** Twice as many entries, behind everything; the old ones are lost until the next `reset`. */
function grow(): void {
  const old = table
  const count = mask + 1
  makeTable(count * 2)
  for (let i: u32 = 0; i < count; i++) {
    const from = old + ((<usize>i) << 5)
    if (load<u32>(from, 24) == 0) continue
    let slot = load<u32>(from, 20) & mask
    while (load<u32>(table + ((<usize>slot) << 5), 24) != 0) slot = (slot + 1) & mask
    memory.copy(table + ((<usize>slot) << 5), from, entrySize)
  }
}

function makeTable(entries: u32): void {
  table = take((<usize>entries) << 5)
  mask = entries - 1
  memory.fill(table, 0, (<usize>entries) << 5)
}

function take(bytes: usize): usize {
  const at = top
  top = (top + bytes + 15) & ~15
  const missing = <isize>top + 64 - ((<isize>memory.size()) << 16)
  if (missing > 0 && memory.grow(<i32>((missing >> 16) + 16)) == -1) unreachable()
  return at
}
