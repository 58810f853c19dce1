import { createHmac } from 'node:crypto'

/** Signs a body as Stripe does: the time and the body, under one or more secrets. */
export function stripeSignature(body: string, secret: string, options: { at?: number; scheme?: string } = {}): string {
  const at = options.at ?? Math.floor(Date.now() / 1000)
  const digest = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  return `t=${at},${options.scheme ?? 'v1'}=${digest}`
}

let serial = 0

/** An event about an object, as Stripe would send it. */
export function stripeEvent(
  type: string,
  object: Record<string, unknown>,
  changed: Record<string, unknown> = {},
): Record<string, unknown> {
  serial += 1
  return {
    id: `evt_test_${serial}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1_768_000_000,
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: { object },
    ...changed,
  }
}
