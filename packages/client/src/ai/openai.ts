import type { AiMetering, MeteredCall } from './metered-call.js'
import { meterClient, type MeteredMethod, type Params, type SdkClient } from './sdk-client.js'

export type { AiCall, AiCallEnd, AiMetering, AiOutcome, AiUsage, ModelUsage, QuantityNames } from './metered-call.js'
export { DenialError, type Denial, type DenialRemedy } from '../denials.js'

interface Chunk {
  readonly choices?: readonly {
    readonly finish_reason?: string | null
    readonly delta?: {
      readonly content?: string | null
      readonly reasoning?: string | null
      readonly reasoning_content?: string | null
      readonly tool_calls?: readonly { readonly function?: { readonly arguments?: string } }[]
    }
  }[]
  readonly usage?: unknown
}

interface ResponseEvent {
  readonly type: string
  readonly delta?: unknown
  readonly response?: { readonly usage?: unknown }
}

const readResponse = (call: MeteredCall, response: unknown): void =>
  call.readReport((response as { usage?: unknown }).usage, true)

function readChunk(call: MeteredCall, item: unknown): void {
  const { choices = [], usage } = item as Chunk
  for (const { delta } of choices) {
    call.read(delta?.content)
    call.read(delta?.reasoning ?? delta?.reasoning_content)
    for (const { function: called } of delta?.tool_calls ?? []) call.read(called?.arguments)
  }
  // Some servers report with each item what is used so far.
  call.readReport(
    usage,
    choices.every(({ finish_reason: reason }) => typeof reason === 'string'),
  )
}

/** Events with which a response ends. */
const LAST_EVENTS: readonly string[] = ['response.completed', 'response.incomplete', 'response.failed']

function readEvent(call: MeteredCall, item: unknown): void {
  const { type, delta, response } = item as ResponseEvent
  call.read(delta)
  if (LAST_EVENTS.includes(type)) call.readReport(response?.usage, true)
}

const streamOptions = (params: Params): Params => Object(params['stream_options']) as Params

const METHODS: Readonly<Record<string, MeteredMethod>> = {
  'chat.completions': {
    kind: 'generate',
    prepare: (params) =>
      params['stream'] === true
        ? { ...params, stream_options: { ...streamOptions(params), include_usage: true } }
        : params,
    readResponse,
    readItem: readChunk,
    // Applications read the first choice of each item.
    isHidden: (params, item) =>
      streamOptions(params)['include_usage'] !== true &&
      Boolean((item as Chunk).usage) &&
      !(item as Chunk).choices?.length,
  },
  responses: { kind: 'generate', readResponse, readItem: readEvent },
  embeddings: { kind: 'embed', readResponse },
}

/**
 * Copies a client of the OpenAI SDK, or of another SDK with its methods, whose chat completions, responses and embeddings are metered. A
 * denial rejects the call with a `DenialError` before it is sent.
 */
export const meterOpenAI = <Client extends SdkClient>(client: Client, metering: AiMetering): Client =>
  meterClient(client, metering, METHODS)
