import type { AiMetering, AiUsage, MeteredCall } from './metered-call.js'
import { meterClient, type MeteredMethod, type Params, type SdkClient } from './sdk-client.js'

export type { AiCall, AiCallEnd, AiMetering, AiOutcome, AiUsage, QuantityNames } from './metered-call.js'
export { DenialError, type Denial, type DenialRemedy } from '../denials.js'

/** Usage of the chat API and of embeddings, and of the responses API. */
interface SentUsage {
  readonly prompt_tokens?: number
  readonly completion_tokens?: number
  readonly prompt_tokens_details?: InputDetails | null
  readonly completion_tokens_details?: OutputDetails | null
  readonly input_tokens?: number
  readonly output_tokens?: number
  readonly input_tokens_details?: InputDetails | null
  readonly output_tokens_details?: OutputDetails | null
  /** Cost that OpenRouter states, in its credits. */
  readonly cost?: number
}

interface InputDetails {
  readonly cached_tokens?: number
  readonly cache_write_tokens?: number
}

interface OutputDetails {
  readonly reasoning_tokens?: number
}

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
  readonly usage?: SentUsage | null
}

interface ResponseEvent {
  readonly type: string
  readonly delta?: unknown
  readonly response?: { readonly usage?: SentUsage | null }
}

const usageOf = (usage: SentUsage | null | undefined): AiUsage | undefined => {
  if (!usage) return undefined
  const input = usage.prompt_tokens_details ?? usage.input_tokens_details
  const output = usage.completion_tokens_details ?? usage.output_tokens_details
  return {
    input: usage.prompt_tokens ?? usage.input_tokens ?? 0,
    cachedInput: input?.cached_tokens,
    cacheWrite: input?.cache_write_tokens,
    output: usage.completion_tokens ?? usage.output_tokens ?? 0,
    reasoning: output?.reasoning_tokens,
    cost: usage.cost,
  }
}

const readResponse = (call: MeteredCall, response: unknown): void =>
  call.report(usageOf((response as { usage?: SentUsage | null }).usage), true)

function readChunk(call: MeteredCall, item: unknown): void {
  const { choices = [], usage } = item as Chunk
  for (const { delta } of choices) {
    call.read(delta?.content)
    call.read(delta?.reasoning ?? delta?.reasoning_content)
    for (const { function: called } of delta?.tool_calls ?? []) call.read(called?.arguments)
  }
  // Some servers report with each item what is used so far.
  call.report(
    usageOf(usage),
    choices.every(({ finish_reason: reason }) => typeof reason === 'string'),
  )
}

/** Events with which a response ends. */
const LAST_EVENTS: readonly string[] = ['response.completed', 'response.incomplete', 'response.failed']

function readEvent(call: MeteredCall, item: unknown): void {
  const { type, delta, response } = item as ResponseEvent
  call.read(delta)
  if (LAST_EVENTS.includes(type)) call.report(usageOf(response?.usage), true)
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
