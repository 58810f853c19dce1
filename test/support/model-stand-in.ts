import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** A report of a provider, with the API whose form it has. */
export interface ModelReport {
  readonly name: string
  readonly api?: string
  readonly report: Readonly<Record<string, unknown>>
}

/** A server that speaks the documented forms of providers. Its usage is the report that the prompt names. */
export async function startModelStandIn(
  reports: readonly ModelReport[],
): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    void respond()
    async function respond(): Promise<void> {
      const body: unknown = await json(request)
      const text = JSON.stringify(body)
      const { report } = reports.find(({ name }) => text.includes(`report ${name}.`))!
      const path = new URL(request.url!, 'http://localhost').pathname
      const isStream = (body as { stream?: unknown }).stream === true || path.includes('stream')
      const [, answer] = ANSWERS.find(([pattern]) => pattern.test(path))!
      const { whole, events } = answer(report)
      if (!isStream) sendJson(response, whole)
      else sendEvents(response, events)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() }
}

interface Answer {
  readonly whole: object
  readonly events: readonly object[]
}

const sendJson = (response: ServerResponse, value: object): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))

function sendEvents(response: ServerResponse, events: readonly object[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) {
    const { type } = event as { type?: string }
    response.write(`${type ? `event: ${type}\n` : ''}data: ${JSON.stringify(event)}\n\n`)
  }
  response.end()
}

const HEAD = { id: 'x-1', created: 1, model: 'large' }

function chat(usage: object): Answer {
  const message = { role: 'assistant', content: 'hello' }
  const chunk = (delta: object, reason: string | null) => ({
    ...HEAD,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: reason }],
  })
  return {
    whole: { ...HEAD, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage },
    events: [chunk(message, null), chunk({}, 'stop'), { ...HEAD, object: 'chat.completion.chunk', choices: [], usage }],
  }
}

function responses(usage: object): Answer {
  const part = { type: 'output_text', text: 'hello', annotations: [], logprobs: [] }
  const item = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [part] }
  const whole = { ...HEAD, object: 'response', created_at: 1, status: 'completed', output: [item], usage, tools: [] }
  const at = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  return {
    whole,
    events: [
      { type: 'response.created', response: { ...whole, status: 'in_progress', output: [], usage: null } },
      { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [], status: 'in_progress' } },
      { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
      { type: 'response.output_text.delta', ...at, delta: 'hello', logprobs: [] },
      { type: 'response.output_text.done', ...at, text: 'hello', logprobs: [] },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: whole },
    ].map((event, number) => ({ ...event, sequence_number: number })),
  }
}

/** The first event has the input, and the last one all counts, as they are known at that time. */
function messages(usage: Readonly<Record<string, unknown>>): Answer {
  const head = { type: 'message', id: 'msg_1', role: 'assistant', model: 'large', stop_sequence: null }
  const { output_tokens: _output, output_tokens_details: _details, iterations: _iterations, ...first } = usage
  const { cache_creation: _creation, service_tier: _tier, ...last } = usage
  return {
    whole: { ...head, content: [{ type: 'text', text: 'hello' }], stop_reason: 'end_turn', usage },
    events: [
      {
        type: 'message_start',
        message: { ...head, content: [], stop_reason: null, usage: { ...first, output_tokens: 1 } },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hello' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: last },
      { type: 'message_stop' },
    ],
  }
}

function gemini(usageMetadata: object): Answer {
  const whole = {
    candidates: [{ content: { role: 'model', parts: [{ text: 'hello' }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata,
    modelVersion: 'large',
  }
  return { whole, events: [whole] }
}

const bedrock = (usage: object): Answer => ({
  whole: {
    output: { message: { role: 'assistant', content: [{ text: 'hello' }] } },
    stopReason: 'end_turn',
    metrics: { latencyMs: 1 },
    usage,
  },
  events: [],
})

const ANSWERS: readonly (readonly [RegExp, (report: Readonly<Record<string, unknown>>) => Answer])[] = [
  [/chat\/completions$/, chat],
  [/responses$/, responses],
  [/messages$/, messages],
  [/[Cc]ontent$/, gemini],
  [/converse$/, bedrock],
]
