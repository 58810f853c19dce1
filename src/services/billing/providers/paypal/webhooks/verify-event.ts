import { hash, verify, type KeyObject } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Mode } from '#services/kernel/config/mode.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { ReceivedEvent } from '#services/kernel/inbox/receive-webhook.js'
import { ProviderUnavailable, WebhookClockSkew } from '#services/billing/providers/provider-errors.js'
import type { WebhookHeaders } from '#services/billing/providers/port.js'
import { TooManyNames, type CertificateKeys } from './certificates.js'
import { receivedEvent, type PayPalEvent } from './received-event.js'

export interface VerificationOptions {
  readonly timers: Timers
  readonly webhookId: string
  readonly mode: Mode
  /** The address of a certificate, if it may be fetched; see `certificateUrl`. */
  readonly certificateUrl: (given: string) => URL | null
  readonly keys: CertificateKeys
  /** Calls PayPal's API, for deliveries that cannot be verified locally. */
  readonly askPayPal: (transmission: Transmission, rawBody: Buffer) => Promise<boolean>
}

/** Headers of a PayPal delivery. */
export interface Transmission {
  readonly id: string
  readonly time: string
  readonly signature: string
  readonly certUrl: string
  readonly algorithm: string
}

/** PayPal sends an event again for three days, signed as the first time. */
const OLDEST_MS = 3 * 86_400_000 + 3_600_000
const MAX_SKEW_MS = 300_000

const HEADERS = {
  id: ['paypal-transmission-id', /^[\w-]{8,64}$/],
  time: ['paypal-transmission-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/],
  signature: ['paypal-transmission-sig', /^[A-Za-z0-9+/]{40,1024}={0,2}$/],
  certUrl: ['paypal-cert-url', /^\S{1,512}$/],
  algorithm: ['paypal-auth-algo', /^SHA256withRSA$/i],
} as const satisfies Record<keyof Transmission, readonly [string, RegExp]>

/**
 * Verifies a delivery with the certificate that it names, if it belongs to PayPal. If the certificate is not available
 * or its chain cannot be verified, PayPal's API verifies the delivery. The signature covers the body only by its CRC32,
 * which can be preserved by a changed body. Therefore no content of the body is trusted, and the object is always
 * fetched.
 */
export async function verifyPayPalEvent(
  rawBody: Buffer,
  headers: WebhookHeaders,
  options: VerificationOptions,
): Promise<ReceivedEvent> {
  const transmission = readTransmission(headers)
  const now = new Date(options.timers.now())
  if (!transmission) throw forged()
  const url = options.certificateUrl(transmission.certUrl)
  // The body is parsed only after the signature check: parsing untrusted input can be slow.
  const event = url && (await isGenuine(rawBody, transmission, url, now, options)) ? readEvent(rawBody) : null
  if (!event) throw forged()
  if (!isInTime(transmission.time, now)) throw new WebhookClockSkew('PayPal', Date.parse(transmission.time), now)
  return { ...receivedEvent(event, options.mode, transmission.id), bodyDigest: hash('sha256', rawBody) }
}

async function isGenuine(
  rawBody: Buffer,
  transmission: Transmission,
  url: URL,
  now: Date,
  { keys, webhookId, askPayPal }: VerificationOptions,
): Promise<boolean> {
  const named = await keys(url, now).catch((error: unknown) => {
    // The certificate could not be fetched, but PayPal's API may be available.
    if (error instanceof ProviderUnavailable && !(error instanceof TooManyNames)) return 'UNKNOWN' as const
    throw error
  })
  if (named === 'UNKNOWN') return askPayPal(transmission, rawBody)
  // Calls PayPal's API only for deliveries signed with the certificate's key; otherwise any sender could trigger calls.
  return (
    named !== null &&
    isSigned(transmission, webhookId, rawBody, named.key) &&
    (named.trusted || askPayPal(transmission, rawBody))
  )
}

function isSigned(transmission: Transmission, webhookId: string, rawBody: Buffer, key: KeyObject): boolean {
  const signature = Buffer.from(transmission.signature, 'base64')
  return (
    key.asymmetricKeyType === 'rsa' &&
    verify('RSA-SHA256', Buffer.from(signedText(transmission, webhookId, rawBody)), key, signature)
  )
}

/** The text that PayPal signs. It contains the CRC32 of the body as an unsigned decimal. */
export const signedText = (
  { id, time }: Pick<Transmission, 'id' | 'time'>,
  webhookId: string,
  rawBody: Buffer,
): string => `${id}|${time}|${webhookId}|${crc32(rawBody)}`

/** Null if a header is missing, duplicated, or malformed. */
export function readTransmission(headers: WebhookHeaders): Transmission | null {
  const read = Object.entries(HEADERS).map(([field, [name, form]]) => {
    const value = headers[name]
    return [field, typeof value === 'string' && form.test(value) ? value : null] as const
  })
  return read.every(([, value]) => value !== null) ? (Object.fromEntries(read) as unknown as Transmission) : null
}

export function isInTime(time: string, now: Date): boolean {
  const age = now.getTime() - Date.parse(time)
  return age <= OLDEST_MS && age >= -MAX_SKEW_MS
}

/** Bytes that are no text are no event. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true })

function readEvent(rawBody: Buffer): PayPalEvent | null {
  try {
    const event = JSON.parse(UTF_8.decode(rawBody)) as Partial<PayPalEvent> | null
    const isEvent =
      typeof event === 'object' &&
      typeof event?.id === 'string' &&
      /^[\w-]{1,100}$/.test(event.id) &&
      typeof event.event_type === 'string' &&
      event.event_type.length <= 100 &&
      typeof event.resource === 'object' &&
      event.resource !== null &&
      !Array.isArray(event.resource)
    return isEvent ? (event as PayPalEvent) : null
  } catch {
    return null
  }
}

const forged = (): AppError =>
  new AppError('INVALID_WEBHOOK', 'Invalid signature', { internal: 'PayPal webhook signature verification failed' })
