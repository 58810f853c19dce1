import { createHmac } from 'node:crypto'

/** An event as it goes over the wire, with the headers that sign it. */
export interface SignedEvent {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

let serial = 0

/** Event about an object, pretty-printed and signed as Stripe does, with a new ID. */
export function signedEvent(secret: string, type: string, object: Readonly<Record<string, unknown>>): SignedEvent {
  serial += 1
  const event = {
    id: `evt_bench_${process.pid}_${serial}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(Date.now() / 1000),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  }
  const body = JSON.stringify(event, null, 2)
  const at = Math.floor(Date.now() / 1000)
  const digest = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  return { body, headers: { 'stripe-signature': `t=${at},v1=${digest}` } }
}
