import type { AiMetering, MeteredCall } from './metered-call.js'
import { meterClient, type MeteredMethod, type SdkClient } from './sdk-client.js'

export type { AiCall, AiCallEnd, AiMetering, AiOutcome, AiUsage, ModelUsage, QuantityNames } from './metered-call.js'
export { DenialError, type Denial, type DenialRemedy } from '../denials.js'

type SentUsage = Readonly<Record<string, unknown>>

interface StreamEvent {
  readonly type: string
  readonly message?: { readonly usage?: SentUsage }
  readonly usage?: SentUsage
  readonly delta?: {
    readonly text?: string
    readonly thinking?: string
    readonly partial_json?: string
    readonly stop_reason?: string | null
  }
}

const readResponse = (call: MeteredCall, response: unknown): void =>
  call.readReport((response as { usage?: SentUsage }).usage, true)

/** Usage of the first event of each stream. The numbers of later events are cumulative, and those that are null stay. */
const started = new WeakMap<MeteredCall, SentUsage>()

function readItem(call: MeteredCall, item: unknown): void {
  const { type, message, usage, delta } = item as StreamEvent
  if (type === 'message_start' && message?.usage) {
    started.set(call, message.usage)
    call.readReport(message.usage, false)
  }
  if (type === 'content_block_delta') call.read(delta?.text ?? delta?.thinking ?? delta?.partial_json)
  if (type === 'message_delta' && usage) {
    const known = Object.entries(usage).filter(([, value]) => value !== null)
    call.readReport({ ...started.get(call), ...Object.fromEntries(known) }, typeof delta?.stop_reason === 'string')
  }
}

const MESSAGES: MeteredMethod = { kind: 'generate', readResponse, readItem }

/**
 * Copies a client of the Anthropic SDK whose messages are metered. A denial rejects the call with a `DenialError` before it is sent.
 */
export const meterAnthropic = <Client extends SdkClient>(client: Client, metering: AiMetering): Client =>
  meterClient(client, metering, { messages: MESSAGES, 'beta.messages': MESSAGES })
