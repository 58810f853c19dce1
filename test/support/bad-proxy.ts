import { createServer as createHttpServer, request as sendRequest, type Server as HttpServer } from 'node:http'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/**
 * Reaction of a proxy to a request for a WebSocket. `swallow` responds with nothing, `strip` forwards it as a usual request, `close` ends the
 * connection and `reject` responds with 400.
 */
export type BadUpgrade = 'swallow' | 'strip' | 'close' | 'reject'

export interface BadProxyOptions {
  readonly upgrade: BadUpgrade
  /** Passes each response on when it is complete. Default: as it arrives. */
  readonly collects?: boolean
  /** Default: a free one. */
  readonly port?: number
}

/** A proxy that spoils streams. */
export interface BadProxy {
  readonly url: string
  close(): void
}

/** Starts a proxy that passes no WebSockets. */
export async function startBadProxy(
  target: string,
  { upgrade, collects, port: own = 0 }: BadProxyOptions,
): Promise<BadProxy> {
  const { port } = new URL(target)
  const sockets = new Set<Socket>()
  const server = createHttpServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const options = { host: '127.0.0.1', port, method, path: url, headers }
    const forwarded = sendRequest(options, (answer) => {
      const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...passed } = answer.headers
      if (!collects) {
        outgoing.writeHead(answer.statusCode!, passed)
        answer.pipe(outgoing)
        return
      }
      const body: Buffer[] = []
      answer.on('data', (chunk: Buffer) => body.push(chunk))
      answer.on('end', () => outgoing.writeHead(answer.statusCode!, passed).end(Buffer.concat(body)))
    })
    forwarded.on('error', () => outgoing.destroy())
    outgoing.on('close', () => forwarded.destroy())
    incoming.pipe(forwarded)
  })
  server.on('connection', (socket) => sockets.add(socket))
  server.on('upgrade', (incoming, socket: Socket) => {
    socket.on('error', () => undefined)
    if (upgrade === 'swallow') return
    if (upgrade === 'close') return void socket.destroy()
    if (upgrade === 'reject')
      return void socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    const { connection: _, upgrade: __, ...headers } = incoming.headers
    const options = { host: '127.0.0.1', port, method: 'GET', path: incoming.url, headers }
    const forwarded = sendRequest(options, (answer) => {
      socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nconnection: close\r\n\r\n`)
      answer.pipe(socket)
    })
    forwarded.on('error', () => socket.destroy())
    forwarded.end()
  })
  return listen(server, sockets, own)
}

/** Starts a proxy that passes everything, and ends each connection on which nothing has moved for a time. */
export function startIdleProxy(target: string, idleMs: number): Promise<BadProxy> {
  const port = Number(new URL(target).port)
  const sockets = new Set<Socket>()
  const server = createServer((inside) => {
    const outside = connect(port, '127.0.0.1')
    const end = () => [inside, outside].forEach((socket) => socket.destroy())
    for (const socket of [inside, outside]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', end)
      socket.setTimeout(idleMs, end)
    }
    inside.pipe(outside).pipe(inside)
  })
  return listen(server, sockets)
}

async function listen(server: HttpServer | Server, sockets: ReadonlySet<Socket>, port = 0): Promise<BadProxy> {
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
