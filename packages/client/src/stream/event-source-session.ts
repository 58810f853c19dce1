import type { Http } from '../http.js'
import { readResponse, unexpected } from '../http-response.js'
import { errorOfResponse, NetworkError, StackgateError } from '../errors.js'
import type { ClientTimers } from '../timers.js'
import { createEventParser } from './event-parser.js'
import type { EndKind, OpenSession, Payload, SessionEnd, Sink } from './session.js'

/**
 * Opens streams of Server-Sent Events: one HTTP response for each subscription, with the token in the header. The server sends a comment
 * at least every 12 seconds.
 */
export function openEventSources(http: Http, account: string | undefined, timers: ClientTimers): OpenSession {
  return (token, events) => {
    const abort = new AbortController()
    let heardAt = timers.now()
    let isClosed = false
    const end = (reason: SessionEnd): void => {
      if (isClosed) return
      close()
      events.end(reason)
    }
    const close = (): void => {
      isClosed = true
      abort.abort(new NetworkError('The stream was closed.'))
    }
    const read = async (payload: Payload, sink: Sink): Promise<void> => {
      const headers = http.headers(token, account, 'text/event-stream')
      const response = await http.post(payload, { headers, signal: abort.signal })
      heardAt = timers.now()
      if (!isEventStream(response)) return end(await endOf(response, timers))
      sink.begun()
      const reader = response.body!.getReader()
      const decoder = new TextDecoder()
      const parse = createEventParser((event) => {
        if (!isClosed) deliver(event, sink)
      })
      for (;;) {
        const { done, value } = await reader.read()
        if (done || isClosed) break
        heardAt = timers.now()
        parse(decoder.decode(value, { stream: true }))
      }
      throw new NetworkError('The event stream was interrupted.')
    }
    const deliver = ({ event, data }: { event: string; data: string }, sink: Sink): void => {
      if (event === 'complete') {
        close()
        return sink.complete()
      }
      if (event !== 'next') return end({ kind: 'fatal', error: unexpected({ status: 200 }, `the event ${event}`) })
      let result: unknown
      try {
        result = JSON.parse(data)
      } catch (cause) {
        throw new NetworkError('The server sent an invalid message.', cause)
      }
      return sink.next(result)
    }
    queueMicrotask(() => {
      if (!isClosed) events.open()
    })
    return {
      get heardAt() {
        return heardAt
      },
      isShared: false,
      ping: undefined,
      start: (payload, sink) => {
        read(payload, sink).catch((cause: unknown) =>
          end({
            kind: 'lost',
            error:
              cause instanceof StackgateError ? cause : new NetworkError('The event stream was interrupted.', cause),
          }),
        )
        return close
      },
      close,
    }
  }
}

const isEventStream = ({ status, headers, body }: Response): boolean =>
  status === 200 && body !== null && (headers.get('content-type') ?? '').startsWith('text/event-stream')

/** Statuses after which a repetition cannot help. */
const FATAL: readonly number[] = [400, 403, 404, 405, 406, 413, 415, 422]

async function endOf(response: Response, timers: ClientTimers): Promise<SessionEnd> {
  const { status } = response
  const kind: EndKind = status === 401 ? 'token' : FATAL.includes(status) ? 'fatal' : status === 429 ? 'busy' : 'lost'
  const error = await readResponse(response, 1, timers).then(
    ({ bodies: [body], details }) =>
      body!.errors ? errorOfResponse(body!.errors, details) : unexpected(details, 'a result without a stream'),
    (cause: StackgateError) => cause,
  )
  return { kind, error }
}
