import type { FormattedExecutionResult } from 'graphql'
import type { Client, Sink, SubscribePayload } from 'graphql-ws'

/**
 * A graphql-ws client whose subscriptions continue where they were. After a lost connection graphql-ws repeats a subscription with its
 * first variables. This client replaces the variable `after` with the cursor of the last event, so that nothing is lost and nothing comes twice.
 *
 * The subscription declares the variable (`$after: String`), passes it on as `after`, and selects `cursor` of every member.
 */
export function resumable(client: Client): Client {
  return {
    ...client,
    subscribe<Data = Record<string, unknown>, Extensions = unknown>(
      payload: SubscribePayload,
      sink: Sink<FormattedExecutionResult<Data, Extensions>>,
    ) {
      // Read at each connection.
      const variables: Record<string, unknown> = { ...payload.variables }
      const current: SubscribePayload = { ...payload, variables }
      return client.subscribe<Data, Extensions>(current, {
        next: (result) => {
          const cursor = cursorIn(result.data)
          if (cursor !== undefined) variables['after'] = cursor
          sink.next(result)
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      })
    },
  }
}

/** The cursor of the event, or of the `Resync`, that a result of a subscription holds. */
function cursorIn(data: unknown): string | undefined {
  const [event] = Object.values((data ?? {}) as Record<string, { cursor?: string } | null>)
  return event?.cursor
}
