import { createSign, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { TestServer } from './test-server.js'
import { CERTIFICATES_DIR, PAYPAL_WEBHOOK_ID } from './paypal.js'

export interface Signing {
  readonly key?: string
  readonly id?: string
  readonly time?: string
  readonly webhookId?: string
  readonly certUrl?: string
}

/** The sandbox's own chain of certificates; its leaf's key signs. */
export const sandboxChain = (): { root: string; intermediate: string; leaf: string; leafKey: string } =>
  JSON.parse(readFileSync(join(CERTIFICATES_DIR, 'paypal-certificates.json'), 'utf8')) as never

/** URL of the sandbox's certificate. */
export async function sandboxCertUrl(server: TestServer): Promise<string> {
  return (await server.sandboxControl<{ certificateUrl: string }>('GET', 'paypal')).certificateUrl
}

/** The headers of a delivery, signed as PayPal does it. */
export async function payPalHeaders(
  server: TestServer,
  body: string | Buffer,
  signing: Signing = {},
): Promise<Record<string, string>> {
  const id = signing.id ?? randomUUID()
  const time = signing.time ?? new Date().toISOString().replace(/\.\d{3}Z$/, 'Z')
  const text = `${id}|${time}|${signing.webhookId ?? PAYPAL_WEBHOOK_ID}|${crc32(body)}`
  return {
    'paypal-transmission-id': id,
    'paypal-transmission-time': time,
    'paypal-transmission-sig': createSign('RSA-SHA256')
      .update(text)
      .sign(signing.key ?? sandboxChain().leafKey, 'base64'),
    'paypal-cert-url': signing.certUrl ?? (await sandboxCertUrl(server)),
    'paypal-auth-algo': 'SHA256withRSA',
  }
}

let serial = 0

/** An event about a resource, as PayPal would send it. */
export function payPalEvent(type: string, resource: Record<string, unknown>): Record<string, unknown> & { id: string } {
  serial += 1
  return {
    id: `WH-TEST-${process.pid}-${serial}`,
    event_version: '1.0',
    create_time: '2026-01-15T10:00:00Z',
    resource_type: 'checkout-order',
    resource_version: '2.0',
    event_type: type,
    summary: type,
    resource,
    links: [],
  }
}
