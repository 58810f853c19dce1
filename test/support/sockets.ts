import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

/** End of a socket: its close code, before or after the server accepted it. */
export interface SocketEnd {
  readonly code: number
  readonly reason: string
  readonly connected: boolean
}

/** Opens a socket with or without a token and returns how the server closes it. */
export function socketEnd(url: string, authorization: unknown, path = '/graphql'): Promise<SocketEnd> {
  let connected = false
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}${path}`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    connectionParams: authorization === undefined ? {} : { Authorization: authorization },
    onNonLazyError: () => undefined,
  })
  return new Promise((resolve) => {
    client.on('connected', () => (connected = true))
    client.on('closed', (event) => {
      const { code, reason } = event as CloseEvent
      resolve({ code, reason, connected })
      void client.dispose()
    })
  })
}
