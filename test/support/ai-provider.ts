import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { planOf } from './ai-sdks/calls.mjs'

export { planOf }

export interface AiTokens {
  readonly input: number
  readonly cachedInput: number
  readonly output: number
  readonly reasoning: number
  readonly cost: number
}

export interface AiPlan {
  readonly id: string
  readonly kind: string
  readonly isStream: boolean
  readonly fault: string
  readonly act: string
  readonly after: number
  readonly chunks: number
  readonly pauseMs: number
  readonly usage: AiTokens
}

/** A counterpart that speaks the forms of model providers on the wire, and does in each call what its plan says. */
export interface AiProvider {
  readonly url: string
  /** Number of requests by call. */
  readonly attempts: ReadonlyMap<string, number>
  /** Calls whose usage was written to the connection. */
  readonly reported: ReadonlyMap<string, AiTokens>
  close(): void
}

/** Text of one item. */
const TEXT = 'ten chars.'

type Send = (event: string | null, data: object | string) => void

/** The first text that names a call in a request, as `call s1-17-streams`. A request without one is answered without a fault. */
const CALL = /call s(\d+)-(\d+)(-streams)?/

export async function startAiProvider(): Promise<AiProvider> {
  const attempts = new Map<string, number>()
  const reported = new Map<string, AiTokens>()

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await json(request)) as Record<string, unknown>
    const plan = planInCurrency(JSON.stringify(body))
    const { id, fault } = plan
    const attempt = (attempts.get(id) ?? 0) + 1
    attempts.set(id, attempt)
    const isFirst = attempt === 1
    const path = request.url!.replace(/^\/v1/, '')
    if (fault === 'refused') return fail(response, path, 400)
    if (isFirst && fault === 'retry429') return fail(response, path, 429)
    if (isFirst && fault === 'retry500') return fail(response, path, 500)
    if (isFirst && fault === 'retryCut') return void request.socket.destroy()
    if (fault === 'silent') return
    const form = FORMS[path]!
    const usage = fault === 'noUsage' ? null : plan.usage
    if (body['stream'] !== true) {
      const text = JSON.stringify(form.response(plan, usage))
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      if (fault === 'cut') return void response.write(text.slice(0, 20), () => request.socket.destroy())
      response.end(text)
      if (usage) reported.set(id, usage)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    let isCut = false
    response.once('close', () => (isCut = true))
    const send: Send = (event, data) => {
      const text = typeof data === 'string' ? data : JSON.stringify(data)
      if (!isCut) response.write(`${event ? `event: ${event}\n` : ''}data: ${text}\n\n`)
    }
    form.begin?.(plan, send)
    for (let item = 0; item < plan.chunks; item++) {
      if (item === plan.after && fault === 'cut') return void response.write('', () => request.socket.destroy())
      if (item === plan.after && fault === 'errorEvent') {
        form.error(send)
        return void response.end()
      }
      form.item(send)
      if (plan.pauseMs > 0) await new Promise((wake) => setTimeout(wake, plan.pauseMs))
    }
    form.end(plan, usage, send, body)
    if (usage && !isCut) reported.set(id, usage)
    response.end()
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    attempts,
    reported,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function planInCurrency(text: string): AiPlan {
  const [isNamed, seed, number, streams] = CALL.exec(text) ?? []
  const plan = planOf(Number(seed ?? 0), Number(number ?? 0), streams !== undefined)
  return isNamed ? plan : { ...plan, fault: 'none' }
}

function fail(response: ServerResponse, path: string, status: number): void {
  const message = `The provider responds with ${status}.`
  const error = { type: 'error_of_the_plan', message }
  const body =
    path === '/messages'
      ? { type: 'error', error, request_id: 'req_1' }
      : { error: { ...error, code: null, param: null } }
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' }).end(JSON.stringify(body))
}

/** Form of an API on the wire: a complete response, and the events of a stream. */
interface Form {
  response(plan: AiPlan, usage: AiTokens | null): object
  begin?(plan: AiPlan, send: Send): void
  item(send: Send): void
  error(send: Send): void
  end(plan: AiPlan, usage: AiTokens | null, send: Send, body: Record<string, unknown>): void
}

const chatUsage = ({ input, cachedInput, output, reasoning, cost }: AiTokens) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: { cached_tokens: cachedInput },
  completion_tokens_details: { reasoning_tokens: reasoning },
  cost,
})
const chunk = (delta: object, reason: string | null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'large',
  choices: [{ index: 0, delta, finish_reason: reason }],
})
const chat: Form = {
  response: ({ chunks }, usage) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'large',
    choices: [{ index: 0, message: { role: 'assistant', content: TEXT.repeat(chunks) }, finish_reason: 'stop' }],
    ...(usage ? { usage: chatUsage(usage) } : {}),
  }),
  begin: (_plan, send) => send(null, chunk({ role: 'assistant', content: '' }, null)),
  item: (send) => send(null, chunk({ content: TEXT }, null)),
  error: (send) =>
    send(null, { error: { message: 'The provider ends the stream.', type: 'server_error', code: null } }),
  end: (_plan, usage, send, body) => {
    send(null, chunk({}, 'stop'))
    const { include_usage: included } = Object(body['stream_options']) as { include_usage?: boolean }
    if (usage && included) send(null, { ...chunk({}, null), choices: [], usage: chatUsage(usage) })
    send(null, '[DONE]')
  },
}

const responseUsage = ({ input, cachedInput, output, reasoning }: AiTokens) => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cachedInput },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning },
  total_tokens: input + output,
})
const responseOf = (status: string, text: string, usage: AiTokens | null) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1_700_000_000,
  status,
  model: 'large',
  output: [
    {
      type: 'message',
      id: 'msg_1',
      status,
      role: 'assistant',
      content: [{ type: 'output_text', text, annotations: [] }],
    },
  ],
  usage: usage && responseUsage(usage),
})
const responses: Form = {
  response: ({ chunks }, usage) => responseOf('completed', TEXT.repeat(chunks), usage),
  begin: (_plan, send) =>
    send('response.created', {
      type: 'response.created',
      sequence_number: 0,
      response: responseOf('in_progress', '', null),
    }),
  item: (send) =>
    send('response.output_text.delta', {
      type: 'response.output_text.delta',
      sequence_number: 1,
      item_id: 'msg_1',
      output_index: 0,
      content_index: 0,
      delta: TEXT,
    }),
  error: (send) =>
    send('error', { type: 'error', sequence_number: 2, code: 'server_error', message: 'It ends.', param: null }),
  end: ({ chunks }, usage, send) =>
    send('response.completed', {
      type: 'response.completed',
      sequence_number: 3,
      response: responseOf('completed', TEXT.repeat(chunks), usage),
    }),
}

const messageUsage = ({ input, cachedInput, output, reasoning }: AiTokens) => ({
  input_tokens: input - cachedInput,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: cachedInput,
  output_tokens: output,
  output_tokens_details: { thinking_tokens: reasoning },
})
const message = (content: object[], usage: object | undefined, reason: string | null) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'large',
  content,
  stop_reason: reason,
  stop_sequence: null,
  ...(usage ? { usage } : {}),
})
const messages: Form = {
  response: ({ chunks }, usage) =>
    message([{ type: 'text', text: TEXT.repeat(chunks) }], usage ? messageUsage(usage) : undefined, 'end_turn'),
  begin: ({ usage, fault }, send) => {
    const start = fault === 'noUsage' ? undefined : { ...messageUsage({ ...usage, output: 1, reasoning: 0 }) }
    send('message_start', { type: 'message_start', message: message([], start, null) })
    const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }
    send('content_block_start', block)
    send('ping', { type: 'ping' })
  },
  item: (send) =>
    send('content_block_delta', {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: TEXT },
    }),
  error: (send) => send('error', { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
  end: (_plan, usage, send) => {
    send('content_block_stop', { type: 'content_block_stop', index: 0 })
    const { output_tokens: output, output_tokens_details: details } = usage ? messageUsage(usage) : {}
    const cumulative = {
      input_tokens: null,
      cache_creation_input_tokens: null,
      cache_read_input_tokens: null,
      output_tokens: output,
      output_tokens_details: details,
    }
    const delta = { stop_reason: 'end_turn', stop_sequence: null }
    send('message_delta', { type: 'message_delta', delta, ...(usage ? { usage: cumulative } : {}) })
    send('message_stop', { type: 'message_stop' })
  },
}

const embeddings: Form = {
  ...chat,
  response: (_plan, usage) => ({
    object: 'list',
    model: 'large',
    data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
    ...(usage ? { usage: { prompt_tokens: usage.input, total_tokens: usage.input } } : {}),
  }),
}

const FORMS: Readonly<Record<string, Form>> = {
  '/chat/completions': chat,
  '/responses': responses,
  '/messages': messages,
  '/embeddings': embeddings,
}
