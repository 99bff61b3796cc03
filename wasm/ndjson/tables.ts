/** Where things lie in the memory: `src/kernels/ndjson/fast-lines.ts` writes it, and says the same. All places are addresses. */

// An edge: the bytes between two values. `edgeMask` has a bit for each bit of its first sixteen bytes; `edgeRest` is where all of them lie.
export const edgeWord: usize = 0
export const edgeMask: usize = 16
export const edgeLength: usize = 32
export const edgeRest: usize = 36
/** The column of its key, 0 for a key that nobody asked for. */
export const edgeColumn: usize = 40
/** The first of the edges that come behind its value; 0 for none. */
export const edgeNext: usize = 44
/** The edge to be tried when this one is not there; 0 for none. */
export const edgeOther: usize = 48

// A column.
export const columnKind: usize = 0
export const columnNullable: usize = 4
/** One more than the row that wrote it last in this run. */
export const columnSeen: usize = 8
/** How many rows are NULL, and where they are listed. The row of a line that was not taken may be among them. */
export const columnNulls: usize = 12
export const columnNullRows: usize = 16
/** Values by row; of texts the offsets. */
export const columnValues: usize = 20
/** Where the text of offset 0 lies. */
export const columnText: usize = 24
export const columnSize: usize = 64

/** The day that it read last: a quote and its ten bytes, and `dayNumber` behind that its number. Rows in a row are mostly of one day. */
export const columnDay: usize = 32
export const dayNumber: usize = 16

/** Powers of ten up to 22. */
export const powers: usize = 1024

// Words of JSON as four bytes.
export const nullWord: u32 = 0x6c6c756e
export const trueWord: u32 = 0x65757274
export const alseWord: u32 = 0x65736c61
