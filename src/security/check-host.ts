import { TidemillError } from '../errors/index.ts'
import type { Connection } from './connection.ts'

interface Host {
  readonly name: string
  readonly port: number | undefined
}

const loopback = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Says whether a request is meant for this server: the host it asks for is a loopback name or the address it came to, with the port of the connection, or one of
 * `hosts` (`models.example.com` with any port, `models.example.com:8443` with that one). A page under another name that resolves to this machine (DNS rebinding) is
 * refused by this.
 *
 * @param hosts names from `checkHosts`
 * @returns what is wrong, undefined when nothing is
 */
export function wrongHost(request: Request, connection: Connection, hosts: readonly string[]): string | undefined {
  const url = new URL(request.url)
  const header = request.headers.get('host')
  // A request line with a whole URL names a host beside the header, and both must be ours.
  const asked = header === null ? [url.host] : [header.toLowerCase(), url.host]
  const standard = url.protocol === 'https:' ? 443 : 80
  return asked.find(text => {
    const host = parseHost(text)
    if (host === undefined) return true
    const port = host.port ?? standard
    if (hosts.includes(host.name) || hosts.includes(`${host.name}:${port}`)) return false
    if (!loopback.includes(host.name) && host.name !== literal(connection.address)) return true
    return connection.port !== undefined && connection.port !== port
  })
}

/**
 * Says whether a page of another origin sent the request. A browser names the page's origin in `Origin`, or at least in `Sec-Fetch-Site`; other programs send
 * neither. The host must have been checked before.
 *
 * @returns the foreign origin, undefined when there is none
 */
export function foreignOrigin(request: Request): string | undefined {
  const host = (request.headers.get('host') ?? new URL(request.url).host).toLowerCase()
  const origin = request.headers.get('origin')
  if (origin !== null && origin.toLowerCase() !== `http://${host}` && origin.toLowerCase() !== `https://${host}`) return origin
  const site = request.headers.get('sec-fetch-site')
  return site === null || site === 'same-origin' || site === 'none' ? undefined : site
}

/** The names of other hosts to answer for, checked. @throws security.host */
export function checkHosts(hosts: readonly string[]): readonly string[] {
  const wrong = hosts.filter(host => parseHost(host.toLowerCase()) === undefined)
  if (wrong.length > 0)
    throw new TidemillError('security.host', `host name of the wrong form: ${wrong.join(', ')}`, {
      hint: 'a name or address, with a port or without: models.example.com, 10.0.0.5:8080; no scheme, no path, no *',
    })
  return hosts.map(host => host.toLowerCase())
}

function parseHost(text: string): Host | undefined {
  const parts = /^(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(\d{1,5}))?$/.exec(text)
  if (parts === null) return undefined
  return { name: parts[1] as string, port: parts[2] === undefined ? undefined : Number(parts[2]) }
}

/** An address as a URL writes it: `[::1]`, and IPv4 in IPv6 as IPv4. */
function literal(address: string | undefined): string | undefined {
  if (address === undefined) return undefined
  const four = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  return four ?? (address.includes(':') ? `[${address.toLowerCase()}]` : address)
}
