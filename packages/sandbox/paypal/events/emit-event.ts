import { createHash } from 'node:crypto'
import type { SandboxState } from '#sandbox-state.js'
import { checkEvent } from './check-event.js'
import { apiLink } from '../api/links.js'
import { payPalNow } from '../api/time.js'
import type { PayPalEvent, Webhook } from '../objects.js'
import { EVENT_TYPES, type EventType } from './event-types.js'

/** Writes an event down and sends it on its way to every webhook that listens to its type. */
export function emitEvent(world: SandboxState, type: EventType, resource: object): void {
  const { resource_type, resource_version, summary } = EVENT_TYPES[type]
  const id = `WH-${world.ids.code('paypal.event')}-${world.ids.code('paypal.event.part')}`
  const path = `/v1/notifications/webhooks-events/${id}`
  const event: PayPalEvent['event'] = {
    id,
    event_version: '1.0',
    create_time: payPalNow(world),
    resource_type,
    ...(resource_version === null ? {} : { resource_version }),
    event_type: type,
    summary: summary.replace('{amount}', amountOf(resource)),
    resource,
    links: [apiLink(world, 'self', path), apiLink(world, 'resend', `${path}/resend`, 'POST')],
  }
  checkEvent(world, type, event)
  world.store.put('paypal.event', { id, at: world.clock.now, event })
  for (const webhook of world.store.all('paypal.webhook').filter((one) => listensTo(one, type)))
    deliverTo(world, webhook, event)
}

/** `$ 10.0 USD`, as PayPal writes an amount in a summary. */
function amountOf(resource: object): string {
  const { amount } = resource as {
    amount?: { value?: string; total?: string; currency_code?: string; currency?: string }
  }
  const value = Number(amount?.value ?? amount?.total ?? 0)
  const code = amount?.currency_code ?? amount?.currency ?? 'USD'
  return `${code === 'USD' ? '$' : code} ${Number.isInteger(value) ? value.toFixed(1) : value} ${code}`
}

/** Sends an event to a webhook. Each transmission has a separate ID. */
export function deliverTo(world: SandboxState, webhook: Webhook, event: PayPalEvent['event']): void {
  const delivery = world.store.put('delivery', {
    id: world.ids.next('del'),
    event: event.id,
    eventType: event.event_type,
    endpoint: webhook.id,
    url: webhook.url,
    attempts: 0,
    longAttempts: 0,
    status: 'pending',
    lastStatusCode: null,
    lastError: null,
    nextAttemptAt: world.clock.iso,
    provider: 'paypal',
    transmission: { id: transmissionId(world, event.id), time: new Date().toISOString().replace(/\.\d{3}Z$/, 'Z') },
  })
  world.deliver(delivery.id)
}

/** True if a webhook wants events of a type. */
function listensTo(webhook: Webhook, type: string): boolean {
  return webhook.event_types.some(({ name }) => name === '*' || name === type)
}

/** UUID that depends only on the number of earlier ones. */
function transmissionId(world: SandboxState, event: string): string {
  const digest = createHash('sha256')
    .update(`${event}:${world.ids.count('paypal:transmission')}`)
    .digest('hex')
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-11f0-${digest.slice(12, 16)}-${digest.slice(16, 28)}`
}
