import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { misuse } from '../errors.js'
import { parseEvent } from './parse-event.js'
import { WebhookError, type WebhookErrorReason } from './webhook-error.js'
import type { WebhookEvent } from './webhook-event.js'

/** The received body, before any parser. */
export type WebhookBody = string | Uint8Array | ArrayBuffer

/** Headers of a request: of Fetch, or of Node (`request.headers`). */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

const NAMES = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const

/**
 * Verifies that Stackgate sent a request, and returns its event.
 * @param rawBody the received body: JSON that was parsed and written again has another signature
 * @param secrets secret of the endpoint (`whsec_…`), or several while a new one replaces it
 * @throws WebhookError if the request is forged, altered, old or no event; StackgateError with the code `CONFIGURATION` if a secret is malformed
 */
export function verifyWebhook(
  rawBody: WebhookBody,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
): WebhookEvent {
  const verifiers = [secrets].flat().map(verifierOf)
  if (verifiers.length === 0) throw misuse('verifyWebhook needs a secret.')
  const body = textOf(rawBody)
  const signed = Object.fromEntries(NAMES.map((name) => [name, headerOf(headers, name)]))
  let reason: WebhookErrorReason = 'signature'
  for (const verifier of verifiers)
    try {
      verifier.verify(body, signed, { jsonParse: false })
      return parseEvent(body, signed['webhook-id'])
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error
      reason = reasonOf(error)
      if (reason !== 'signature') throw new WebhookError(reason, MESSAGES[reason])
    }
  throw new WebhookError(reason, MESSAGES[reason])
}

/**
 * As `verifyWebhook`, for the `Request` of a runtime with Fetch. It reads the body.
 * @throws as `verifyWebhook`
 */
export async function verifyWebhookRequest(
  request: Request,
  secrets: string | readonly string[],
): Promise<WebhookEvent> {
  return verifyWebhook(await request.arrayBuffer(), request.headers, secrets)
}

const MESSAGES = {
  headers: 'The headers webhook-id, webhook-timestamp and webhook-signature are required.',
  timestamp: 'The webhook was sent more than five minutes ago, or the clock of this machine is wrong.',
  signature: 'No secret signed this body. Pass the unchanged body, and the secret of this endpoint.',
  body: '',
}

/** The library has one class of errors for all reasons. */
function reasonOf({ message }: Error): WebhookErrorReason {
  if (/timestamp too/i.test(message)) return 'timestamp'
  return /headers/i.test(message) ? 'headers' : 'signature'
}

function verifierOf(secret: string): Webhook {
  try {
    return new Webhook(secret)
  } catch (cause) {
    throw Object.assign(misuse('The secret of a webhook endpoint begins with whsec_ and is base64.'), { cause })
  }
}

function headerOf(headers: WebhookHeaders, name: string): string {
  if (typeof headers.get === 'function') return (headers as Headers).get(name) ?? ''
  const record = headers as Readonly<Record<string, string | readonly string[] | undefined>>
  const key = name in record ? name : Object.keys(record).find((other) => other.toLowerCase() === name)
  const value = key === undefined ? '' : record[key]
  return (Array.isArray(value) ? value[0] : (value as string | undefined)) ?? ''
}

/** Invalid UTF-8 becomes other characters, which no secret signed. */
function textOf(body: WebhookBody): string {
  if (typeof body === 'string') return body
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body))
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)
  throw misuse('verifyWebhook needs the raw body as text or bytes, not a parsed value.')
}
