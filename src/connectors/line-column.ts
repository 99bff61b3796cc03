/** The column of line numbers that copies of sifted files have; no column of a user is called so. */
export const lineKey = '~tidemill line'
