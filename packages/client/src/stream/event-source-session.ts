import type { Http } from '../http.js'
import { readResponse, unexpected } from '../http-response.js'
import { errorOfResponse, NetworkError, StackgateError } from '../errors.js'
import { delay, type ClientTimers } from '../timers.js'
import { createEventParser, type ServerEvent } from './event-parser.js'
import type { EndKind, OpenSession, Payload, SessionEnd, Sink } from './session.js'

export interface EventSourceOptions {
  readonly http: Http
  readonly account: string | undefined
  readonly timers: ClientTimers
  /** True: each response ends at the next events, so that a proxy that collects responses passes it on. */
  readonly isPoll: boolean
  /** False: another transport can take the place of this one. */
  readonly isAlone: boolean
  /** Time in which the first byte of a stream must arrive. Undefined: unlimited. */
  readonly firstByteMs: number | undefined
}

/** Below the 12 seconds after which the server ends a poll. */
const POLL_SECONDS = 10
/** Minimum interval between two polls: frequent events are read together. */
const INTERVAL_MS = 1_000

/**
 * Opens streams of Server-Sent Events: one HTTP response for each subscription, with the token in the header. The server sends a comment
 * at least every 12 seconds.
 */
export function openEventSources(options: EventSourceOptions): OpenSession {
  const { http, timers, isPoll, isAlone, firstByteMs } = options
  return (token, events) => {
    /** Stops each open stream, by the stream, which has the time at which something arrived. */
    const streams = new Map<{ heardAt: number }, () => void>()
    let isClosed = false
    const close = (): void => {
      isClosed = true
      for (const stop of Array.from(streams.values())) stop()
    }
    const end = (reason: SessionEnd): void => {
      if (isClosed) return
      close()
      events.end(reason)
    }
    const start = (payload: Payload, sink: Sink, account = options.account): (() => void) => {
      const abort = new AbortController()
      const stream = { heardAt: timers.now() }
      const late = firstByteMs === undefined ? undefined : timers.setTimeout(onLate, firstByteMs)
      let cursor = payload.variables['after']
      let count = 0
      streams.set(stream, stop)
      readAll().catch((cause: unknown) => {
        const error = cause instanceof StackgateError ? cause : interrupted(cause)
        if (!abort.signal.aborted) end({ kind: 'lost', error })
      })
      return stop

      function stop(): void {
        streams.delete(stream)
        timers.clearTimeout(late)
        abort.abort(new NetworkError('The stream was closed.'))
      }
      function onLate(): void {
        end({ kind: 'silent', error: new NetworkError(`No event stream within ${firstByteMs} ms.`) })
      }
      async function readAll(): Promise<void> {
        for (let pollSeconds = 0; ; pollSeconds = POLL_SECONDS) {
          const before = { count, at: timers.now() }
          const isOpen = await read(isPoll ? pollOf(pollSeconds) : payload)
          if (!isOpen || abort.signal.aborted) return
          if (!isPoll) throw interrupted()
          events.worked()
          if (pollSeconds === 0) sink.begun()
          if (count > before.count)
            await delay(timers, Math.max(0, before.at + INTERVAL_MS - timers.now()), abort.signal)
        }
      }
      function pollOf(pollSeconds: number): Payload {
        const { variables, extensions } = payload
        const position = cursor === undefined ? {} : { after: cursor }
        return {
          ...payload,
          variables: { ...variables, ...position },
          extensions: { ...Object(extensions), pollSeconds },
        }
      }
      /** Reads a response until its end. False if it was no stream. */
      async function read(body: Payload): Promise<boolean> {
        const headers = http.headers(token, account, 'text/event-stream')
        const response = await http.post(body, { headers, signal: abort.signal })
        stream.heardAt = timers.now()
        if (!isEventStream(response)) {
          await refuse(response)
          return false
        }
        if (!isPoll) sink.begun()
        const reader = response.body!.getReader()
        const decoder = new TextDecoder()
        const parse = createEventParser(deliver, (id) => {
          cursor = id
          sink.at(id)
        })
        for (;;) {
          const { done, value } = await reader.read()
          if (done || abort.signal.aborted) return true
          stream.heardAt = timers.now()
          timers.clearTimeout(late)
          if (!isPoll) events.worked()
          parse(decoder.decode(value, { stream: true }))
        }
      }
      function deliver({ event, data, id }: ServerEvent): void {
        if (abort.signal.aborted) return undefined
        if (event === 'complete') {
          stop()
          return sink.complete()
        }
        if (event !== 'next') return fail(unexpected({ status: 200 }, `the event ${event}`))
        let result: unknown
        try {
          result = JSON.parse(data)
        } catch (cause) {
          throw new NetworkError('The server sent an invalid message.', cause)
        }
        count++
        cursor = id ?? cursor
        return sink.next(result)
      }
      function fail(error: StackgateError): void {
        stop()
        sink.error(error)
      }
      async function refuse(response: Response): Promise<void> {
        const { kind, error } = await endOf(response, timers)
        if (abort.signal.aborted) return undefined
        // Another server responds. That of the next transport, or that of a later time, can be the right one.
        if (error.code === 'BAD_RESPONSE' && !isAlone) return end({ kind: 'lost', error })
        return kind === 'fatal' ? fail(error) : end({ kind, error })
      }
    }
    queueMicrotask(() => {
      if (!isClosed) events.open()
    })
    return {
      get heardAt() {
        return Math.min(timers.now(), ...Array.from(streams.keys(), ({ heardAt }) => heardAt))
      },
      transport: isPoll ? 'poll' : 'sse',
      ping: undefined,
      start,
      close,
    }
  }
}

const interrupted = (cause?: unknown): NetworkError => new NetworkError('The event stream was interrupted.', cause)

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
