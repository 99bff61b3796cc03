/** The user before an `@`, and what stands behind the question mark, which may be a signature. The scheme is bounded so that long texts are read once. */
const address = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)([^\s/?#@]*@)?([^\s?#]*)(\?[^\s#)]*)?/gi

/**
 * A text in which addresses are without user, password and question.
 *
 * @example
 * withoutSecrets('http://me:secret@host/a.csv?key=1') // => 'http://***:***@host/a.csv?***'
 */
export function withoutSecrets(text: string): string {
  if (!text.includes('://')) return text
  return text.replaceAll(address, (_, scheme: string, user: string | undefined, path: string, question: string | undefined) => {
    const who = user === undefined ? '' : user.includes(':') ? '***:***@' : '***@'
    return `${scheme}${who}${path}${question === undefined || question === '?' ? (question ?? '') : '?***'}`
  })
}
