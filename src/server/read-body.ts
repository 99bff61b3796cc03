import { TidemillError } from '../errors/index.ts'
import { parseJson } from './parse-json.ts'

/** Enough for any body of the protocol: the body, its list of tensors, a tensor, its nested data, a row. */
const mostLevels = 16

/**
 * The JSON body of a request, read no further than its limit.
 *
 * @throws server.body: `details.status` is 413 for too many bytes, 415 for another content type or an encoding, else 400
 */
export async function readBody(request: Request, mostBytes: number): Promise<unknown> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  // A form of a foreign page can be text/plain, never JSON.
  if (type !== 'application/json')
    throw problem(415, `content type of the body: ${type === '' ? 'none' : type?.slice(0, 80)} (want application/json)`)
  const encoding = request.headers.get('content-encoding')
  if (encoding !== null && encoding !== 'identity') throw problem(415, `encoding of the body: ${encoding.slice(0, 80)} (send it as it is)`)
  const bytes = await readBytes(request, mostBytes).catch((cause: unknown) => {
    if (cause instanceof TidemillError) throw cause
    throw problem(400, 'body not sent whole', cause)
  })
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw problem(400, 'body is not UTF-8', cause)
  }
  return parseJson(text, mostLevels)
}

async function readBytes(request: Request, most: number): Promise<Uint8Array> {
  const length = request.headers.get('content-length')
  if (length !== null) {
    if (!/^\d{1,15}$/.test(length)) throw problem(400, `content length of the body: ${length.slice(0, 80)}`)
    if (Number(length) > most) throw tooLong(most)
    // Below HTTP the length is checked against what arrives; elsewhere it is checked here.
    const bytes = new Uint8Array(await request.arrayBuffer())
    if (bytes.length > most) throw tooLong(most)
    return bytes
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    const bytes = chunk as Uint8Array
    size += bytes.length
    // Leaving the loop cancels the rest.
    if (size > most) throw tooLong(most)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function tooLong(most: number): TidemillError {
  return problem(413, `body too long: more than ${most} bytes`)
}

function problem(status: number, message: string, cause?: unknown): TidemillError {
  return new TidemillError('server.body', message, { details: { status }, ...(cause === undefined ? {} : { cause }) })
}
