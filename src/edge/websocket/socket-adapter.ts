import type { FastifyBaseLogger } from 'fastify'
import { CloseCode, type Server } from 'graphql-ws'
import type { IncomingMessage } from 'node:http'
import type { RawData, WebSocket } from 'ws'
import type { Timers } from '#services/kernel/time/timers.js'

/** Data of one socket. */
export interface SocketExtra {
  socket: WebSocket
  request: IncomingMessage
}

/** A reader that leaves this much unread is cut: one message per subscription is normal, this is not. */
const maxBufferedBytes = 1_048_576

/** Connects a socket to the graphql-ws protocol. Ours rather than the package's, which prints stack traces to the console. */
export function serveSocket(
  protocol: Server<SocketExtra>,
  extra: SocketExtra,
  pings: { readonly timers: Timers; readonly milliseconds: number },
  log: FastifyBaseLogger,
): void {
  const { socket } = extra
  const fail = (error: unknown): void => {
    log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'A WebSocket failed')
    socket.close(CloseCode.InternalServerError, 'Internal server error')
  }
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) => send(socket, text),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) => {
        socket.on('message', (data: RawData) => {
          handle(textOf(data)).catch(fail)
        })
      },
    },
    extra,
  )
  // A message too large, or broken frames: ws closes by itself with the fitting code.
  socket.on('error', (error) => log.debug({ reason: error.message }, 'A WebSocket was broken by its client'))
  const stop = keepAlive(socket, pings)
  socket.once('close', (code, reason) => {
    stop()
    closed(code, reason.toString()).catch((error: unknown) =>
      log.warn({ err: error }, 'A WebSocket did not close cleanly'),
    )
  })
}

function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.bufferedAmount > maxBufferedBytes) socket.terminate()
  if (socket.readyState !== socket.OPEN) return Promise.resolve()
  return new Promise((resolve, reject) => {
    socket.send(text, (error) => (error && socket.readyState === socket.OPEN ? reject(error) : resolve()))
  })
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8')
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8')
}

/** Sends pings, and closes a socket that has not responded by the next ping. */
function keepAlive(
  socket: WebSocket,
  { timers, milliseconds }: { readonly timers: Timers; readonly milliseconds: number },
): () => void {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  const timer = timers
    .setInterval(() => {
      if (!answered) return socket.terminate()
      answered = false
      return socket.ping()
    }, milliseconds)
    .unref()
  return () => timers.clearInterval(timer)
}
