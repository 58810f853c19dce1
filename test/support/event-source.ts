/** One message of a stream of Server-Sent Events. */
export interface ServerSentEvent {
  readonly event: string
  readonly id: string | null
  readonly data: string
}

/** An open stream of Server-Sent Events. */
export interface EventSourceReader {
  readonly status: number
  readonly headers: Headers
  /** The next message. Null when the server ended the response, or the connection was lost. */
  next(): Promise<ServerSentEvent | null>
  /** Number of comments so far. */
  readonly comments: number
  close(): void
}

/** Opens a stream of Server-Sent Events as a client of graphql-sse does. */
export async function openEventSource(
  url: string,
  body: { readonly query?: string; readonly documentId?: string; readonly variables?: Record<string, unknown> },
  headers: Record<string, string> = {},
): Promise<EventSourceReader> {
  const abort = new AbortController()
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: abort.signal,
  })
  return readEventSource(response, () => abort.abort())
}

/** Reads a response as a stream of Server-Sent Events. */
export function readEventSource(response: Response, abort: () => void): EventSourceReader {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let comments = 0
  const next = async (): Promise<ServerSentEvent | null> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        if (!block.startsWith(':')) return parse(block)
        comments += 1
        continue
      }
      const chunk = await reader.read().catch(() => ({ done: true, value: undefined }))
      if (chunk.done) return null
      text += chunk.value
    }
  }
  return {
    status: response.status,
    headers: response.headers,
    next,
    get comments() {
      return comments
    },
    close: abort,
  }
}

function parse(block: string): ServerSentEvent {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const
    }),
  )
  return { event: fields.get('event') ?? 'message', id: fields.get('id') ?? null, data: fields.get('data') ?? '' }
}
