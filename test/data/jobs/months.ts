const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A table of months by their names in dates such as `Jan 1 2000` and `17/May/2015`. */
export const months: readonly { readonly name: string; readonly month: string }[] = names.map((name, index) => ({
  name,
  month: String(index + 1).padStart(2, '0'),
}))
