import type { WebSocketClass } from '@stackgate/client'

export interface Message {
  readonly type: string
  readonly id?: string
  readonly payload?: { readonly variables?: Record<string, unknown>; readonly Authorization?: string }
}

/** A WebSocket whose server is the test. */
export class FakeSocket {
  readyState = 0
  readonly sent: Message[] = []
  #isClosed = false
  readonly #listeners = new Map<string, ((event: never) => void)[]>()

  get isClosed(): boolean {
    return this.#isClosed
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Message)
  }

  close(): void {
    this.#isClosed = true
    this.readyState = 3
  }

  /** The server accepts the connection and its token. */
  accept(): void {
    this.readyState = 1
    this.#emit('open', {})
    this.receive({ type: 'connection_ack' })
  }

  receive(message: object): void {
    this.#emit('message', { data: JSON.stringify(message) })
  }

  /** An item for the last subscription. */
  next(item: object, id = this.subscribed.at(-1)!.id): void {
    this.receive({ type: 'next', id, payload: { data: { commandStatus: item } } })
  }

  /** Refuses the last subscription. */
  refuse(code: string): void {
    this.receive({ type: 'error', id: this.subscribed.at(-1)!.id, payload: [{ message: code, extensions: { code } }] })
  }

  /** The server, or the network, ends the connection. */
  end(code: number, reason = ''): void {
    this.readyState = 3
    this.#emit('close', { code, reason })
  }

  get subscribed(): Message[] {
    return this.sent.filter(({ type }) => type === 'subscribe')
  }

  /** Values of `after` in the order of the subscriptions. */
  get positions(): unknown[] {
    return this.subscribed.map(({ payload }) => payload?.variables?.['after'])
  }

  #emit(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never)
  }
}

/** A class of sockets, with those that it made and the times. */
export function fakeSockets(now: () => number): { WebSocket: WebSocketClass; sockets: FakeSocket[]; times: number[] } {
  const sockets: FakeSocket[] = []
  const times: number[] = []
  const WebSocket = function (): FakeSocket {
    times.push(now())
    sockets.push(new FakeSocket())
    return sockets.at(-1)!
  } as unknown as WebSocketClass
  return { WebSocket, sockets, times }
}
