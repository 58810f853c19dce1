import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { GIVE_UP_MS } from './test-server.js'

/** Subscription of a dashboard over a real socket, with the received events. */
export interface StreamRecorder<Event> {
  readonly events: Event[]
  readonly errors: unknown[]
  /** True when the server ended it. */
  readonly ended: boolean
  /** Resolves with all events when enough of them have arrived. */
  until(enough: (events: Event[]) => boolean, timeoutMs?: number): Promise<Event[]>
  stop(): Promise<void>
}

const isTooLate = (event: unknown): boolean => (event as { code?: number }).code === 4408

/** Subscribes to one root field. Resolves when the server starts to deliver or denies it. */
export async function recordStream<Event>(
  url: string,
  token: string | null,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<StreamRecorder<Event>> {
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    // The server closes a connection that does not begin within seconds, which happens on a busy machine.
    retryAttempts: 5,
    shouldRetry: isTooLate,
    ...(token ? { connectionParams: { Authorization: `Bearer ${token}` } } : {}),
  })
  const events: Event[] = []
  const errors: unknown[] = []
  let ended = false
  let changed: () => void = () => undefined
  const connected = new Promise<void>((resolve) => {
    client.on('connected', () => resolve())
    client.on('closed', (event) => (isTooLate(event) ? undefined : resolve()))
  })
  const unsubscribe = client.subscribe<Record<string, Event>>(
    { query, variables },
    {
      next: ({ data, errors: refused }) => {
        if (refused) errors.push(...refused)
        if (data) events.push(Object.values(data)[0]!)
        changed()
      },
      error: (error) => {
        errors.push(...(Array.isArray(error) ? error : [error]))
        changed()
      },
      complete: () => {
        ended = true
        changed()
      },
    },
  )
  await connected
  // The subscribe message is on its way; a moment later the server listens.
  await new Promise((wake) => setTimeout(wake, 60))
  return {
    events,
    errors,
    get ended() {
      return ended
    },
    until: (enough, timeoutMs = 5000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () =>
            reject(
              new Error(
                `not enough after ${Math.max(timeoutMs, GIVE_UP_MS)} ms: ${JSON.stringify({ events, errors })}`,
              ),
            ),
          Math.max(timeoutMs, GIVE_UP_MS),
        )
        changed = () => {
          if (!enough(events)) return
          clearTimeout(timer)
          resolve(events)
        }
        changed()
      }),
    stop: async () => {
      unsubscribe()
      await client.dispose()
    },
  }
}
