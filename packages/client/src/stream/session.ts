import type { StackgateError } from '../errors.js'
import type { Transport } from './transports.js'

/** Why a connection ended, and with that what happens next. */
export type EndKind =
  /** The token ended or was rejected: connect with a new one. */
  | 'token'
  /** The server stops: connect to another within two seconds. */
  | 'restart'
  /** Too many connections: wait before the next. */
  | 'busy'
  /** Connect again with increasing waits. */
  | 'lost'
  /** Nothing arrived in time: as `lost`, by another transport if there is one. */
  | 'silent'
  /** No token could be obtained: as `lost`, and the connection is not the cause. */
  | 'unready'
  /** A repetition cannot help. */
  | 'fatal'

/** Why a stream ended for good. */
export type EndReason = 'closed' | 'completed' | 'signed-out' | 'refused' | 'error'

/** End of a connection. */
export interface SessionEnd {
  readonly kind: EndKind
  readonly error: StackgateError
}

/** Receives the results of one subscription. */
export interface Sink {
  /** The server has the subscription, or is about to refuse it. */
  begun(): void
  /** Position of the subscription before its first item. */
  at(cursor: string): void
  next(result: unknown): void
  error(error: StackgateError): void
  complete(): void
}

/** One connection to the server. */
export interface Session {
  /** Begins a subscription. The returned function ends it without a further call of the sink. */
  start(payload: Payload, sink: Sink, account?: string): () => void
  /** Time at which the server last sent anything. */
  readonly heardAt: number
  readonly transport: Transport
  /** Makes the server send something soon. Undefined if it sends something regularly by itself. */
  readonly ping: (() => void) | undefined
  /** Closes without a further call of the events. */
  close(): void
}

/** Callbacks of a connection. `end` is the last one. */
export interface SessionEvents {
  open(): void
  /** The server has sent something over this transport. */
  worked(): void
  end(end: SessionEnd): void
}

/** Message that begins a subscription. */
export interface Payload {
  readonly [member: string]: unknown
  readonly variables: Readonly<Record<string, unknown>>
}

/** Opens a connection. */
export type OpenSession = (token: string | null, events: SessionEvents) => Session
