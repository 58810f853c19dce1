import type { Http } from '../http.js'
import type { ClientTimers } from '../timers.js'
import type { Tokens } from '../tokens.js'
import { platformPage } from './page-events.js'
import { Streams } from './streams.js'
import { Transports, type Transport } from './transports.js'
import { openWebSockets, type WebSocketClass } from './websocket-session.js'

/** The parts of a client that its streams use. */
interface ClientParts {
  readonly url: string
  readonly account: string | undefined
  /** The only transport. Undefined: the best one that passes. */
  readonly transport: Transport | undefined
  readonly WebSocket: WebSocketClass | undefined
  readonly http: Http
  readonly tokens: Tokens
  readonly timers: ClientTimers
}

/** The streams of a client. */
export function openStreams({ url, account, transport, WebSocket, http, tokens, timers }: ClientParts): Streams {
  const openSockets = WebSocket && openWebSockets(url, account, WebSocket, timers)
  const order: Transport[] = transport ? [transport] : WebSocket ? ['websocket', 'sse', 'poll'] : ['sse', 'poll']
  const transports = new Transports({ order, openSockets, http, account, timers, url })
  return new Streams({
    http,
    tokens,
    timers,
    page: platformPage,
    transports,
    isSocketOnly: transport === 'websocket',
  })
}
