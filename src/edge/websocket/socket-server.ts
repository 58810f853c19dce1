import type { FastifyBaseLogger } from 'fastify'
import { handleProtocols, type Server } from 'graphql-ws'
import type { IncomingMessage, Server as HttpServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Timers } from '#services/kernel/time/timers.js'
import type { Limits } from '../options.js'
import { serveSocket, type SocketExtra } from './socket-adapter.js'

/** Time after which clients that did not respond to a close are disconnected. */
const graceMilliseconds = 1_500

/** WebSockets on the same port and path as GraphQL over HTTP. */
export class SocketServer {
  private closing = false
  private readonly sockets: WebSocketServer

  constructor(
    private readonly protocol: Server<SocketExtra>,
    private readonly timers: Timers,
    private readonly limits: Limits,
    private readonly log: FastifyBaseLogger,
    private readonly rewriteUrl: (url: string) => string,
  ) {
    this.sockets = new WebSocketServer({
      noServer: true,
      maxPayload: limits.socketMessageBytes,
      perMessageDeflate: false,
      handleProtocols,
    })
  }

  /** Number of open sockets. */
  get size(): number {
    return this.sockets.clients.size
  }

  /** Takes the upgrades of a server. */
  attach(server: HttpServer): void {
    server.on('upgrade', (request, connection, head) => this.upgrade(request, connection, head))
  }

  /** Closes every socket with 1001, and cuts those that do not respond. */
  async dispose(): Promise<void> {
    this.closing = true
    const gone = Promise.all([...this.sockets.clients].map((socket) => onceClosed(socket)))
    for (const socket of this.sockets.clients) socket.close(1001, 'Going away')
    await Promise.race([gone, this.timers.delay(graceMilliseconds, { ref: false })])
    for (const socket of this.sockets.clients) socket.terminate()
    await gone
  }

  private upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    connection.on('error', () => connection.destroy())
    const path = this.rewriteUrl(request.url ?? '/').split('?')[0]
    if (path !== '/graphql') return refuse(connection, '404 Not Found')
    if (this.closing) return refuse(connection, '503 Service Unavailable')
    return this.sockets.handleUpgrade(request, connection, head, (socket) => {
      serveSocket(
        this.protocol,
        { socket, request },
        { timers: this.timers, milliseconds: this.limits.socketKeepAliveMilliseconds },
        this.log,
      )
    })
  }
}

function onceClosed(socket: { once: (event: 'close', listener: () => void) => unknown }): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve())
  })
}

function refuse(connection: Duplex, status: string): void {
  connection.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => connection.destroy())
}
