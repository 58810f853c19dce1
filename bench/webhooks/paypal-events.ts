import { randomUUID, sign } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { SignedEvent } from './signed-events.js'
import type { PayPalSigner } from './multi-process-server.js'

let serial = 0

/** Event about a resource, signed as PayPal does, with a new ID and transmission. */
export function signedPayPalEvent(
  signer: PayPalSigner,
  type: string,
  resource: Readonly<Record<string, unknown>>,
): SignedEvent {
  serial += 1
  const body = JSON.stringify({
    id: `WH-BENCH-${process.pid}-${serial}`,
    event_version: '1.0',
    create_time: '2026-01-15T10:00:00Z',
    resource_type: 'subscription',
    resource_version: '2.0',
    event_type: type,
    summary: 'Subscription updated',
    resource,
    links: [],
  })
  const id = randomUUID()
  const time = new Date().toISOString().replace(/\.\d{3}Z$/, 'Z')
  const text = `${id}|${time}|${signer.webhookId}|${crc32(body)}`
  return {
    body,
    headers: {
      'paypal-transmission-id': id,
      'paypal-transmission-time': time,
      'paypal-transmission-sig': sign('RSA-SHA256', Buffer.from(text), signer.key).toString('base64'),
      'paypal-cert-url': signer.certificateUrl,
      'paypal-auth-algo': 'SHA256withRSA',
    },
  }
}
