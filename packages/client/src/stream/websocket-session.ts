import { errorOfResponse, NetworkError, StackgateError } from '../errors.js'
import type { ClientTimers } from '../timers.js'
import type { EndKind, OpenSession, Payload, SessionEnd, Sink } from './session.js'

/** The part of a WebSocket that the client uses. */
export interface WebSocketLike {
  addEventListener(type: 'open' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void
  readonly readyState: number
  send(data: string): void
  close(code?: number, reason?: string): void
}

/** Class of WebSockets: that of the platform, or of a package such as `ws`. */
export type WebSocketClass = new (url: string, protocol: string) => WebSocketLike

/** A message of the protocol graphql-transport-ws. */
interface Message {
  readonly type: string
  readonly id?: string
  readonly payload?: unknown
}

const OPEN = 1

/**
 * Opens WebSockets with the protocol graphql-transport-ws, which all subscriptions of a client share. The address names the account for
 * proxies, because browsers send no headers of their own with a WebSocket.
 */
export function openWebSockets(
  url: string,
  account: string | undefined,
  WebSocket: WebSocketClass,
  timers: ClientTimers,
): OpenSession {
  const socketUrl = new URL(url.replace(/^http/, 'ws'))
  if (account !== undefined) socketUrl.searchParams.set('account', account)
  return (token, events) => {
    const sinks = new Map<string, Sink>()
    let serial = 0
    let isClosed = false
    let heardAt = timers.now()
    const socket = new WebSocket(socketUrl.href, 'graphql-transport-ws')
    const send = (message: Message): void => {
      if (!isClosed && socket.readyState === OPEN) socket.send(JSON.stringify(message))
    }
    const close = (): void => {
      isClosed = true
      socket.close(1000)
    }
    const end = (reason: SessionEnd): void => {
      if (isClosed) return
      close()
      events.end(reason)
    }
    socket.addEventListener('open', () =>
      send({ type: 'connection_init', payload: token === null ? {} : { Authorization: `Bearer ${token}` } }),
    )
    // A close event follows every error. The class `ws` throws errors without a listener.
    socket.addEventListener('error', () => undefined)
    socket.addEventListener('close', (event: { code: number; reason: string }) => end(endOf(event.code, event.reason)))
    socket.addEventListener('message', ({ data }: { data: unknown }) => {
      if (isClosed) return undefined
      heardAt = timers.now()
      const message = parse(data)
      if (!message) return end({ kind: 'lost', error: new NetworkError('The server sent an invalid message.') })
      if (message.type === 'connection_ack') {
        events.worked()
        return events.open()
      }
      if (message.type === 'ping') return send({ type: 'pong' })
      return deliver(message, sinks)
    })
    return {
      get heardAt() {
        return heardAt
      },
      transport: 'websocket',
      ping: () => send({ type: 'ping' }),
      start: (payload, sink) => {
        const id = String(++serial)
        sinks.set(id, sink)
        send({ type: 'subscribe', id, payload: withQuery(payload) })
        sink.begun()
        return () => {
          if (sinks.delete(id)) send({ type: 'complete', id })
        }
      },
      close,
    }
  }
}

/** The protocol requires a query. The ID of a stored document is an extension. */
function withQuery({ documentId, ...members }: Payload): Payload {
  return documentId === undefined ? members : { ...members, query: '', extensions: { documentId } }
}

function deliver({ type, id = '', payload }: Message, sinks: Map<string, Sink>): void {
  const sink = sinks.get(id)
  if (type === 'next') return sink?.next(payload)
  if (type !== 'error' && type !== 'complete') return
  sinks.delete(id)
  if (type === 'complete') sink?.complete()
  else sink?.error(errorOfResponse(payload, {}))
}

function parse(data: unknown): Message | undefined {
  try {
    const message = JSON.parse(String(data)) as Message
    return typeof message?.type === 'string' ? message : undefined
  } catch {
    return undefined
  }
}

/** Meaning of the close codes; all others are interruptions. */
const ENDS: Readonly<Record<number, EndKind>> = {
  1001: 'restart',
  1012: 'restart',
  4403: 'token',
  4410: 'token',
  4429: 'busy',
  4400: 'fatal',
  4401: 'fatal',
  4406: 'fatal',
  4409: 'fatal',
}

function endOf(code: number, reason: string): SessionEnd {
  const kind = ENDS[code] ?? 'lost'
  const message = `The connection ended with ${code}${reason ? `: ${reason}` : ''}.`
  if (kind !== 'token' && kind !== 'fatal') return { kind, error: new NetworkError(message) }
  const rejected = code === 4410 ? 'TOKEN_EXPIRED' : 'INVALID_TOKEN'
  return { kind, error: new StackgateError({ code: kind === 'fatal' ? 'BAD_REQUEST' : rejected, message }) }
}
