import type { InboxHandler } from '../../kernel/inbox/process-inbox.js'
import type { BillingContext } from '../billing-context.js'
import { settleCheckout } from '../checkout/settle-checkout.js'
import { settleInvoice } from '../invoices/settle-invoice.js'
import type { ProviderName } from '../providers/port.js'
import { settlePayment } from '../purchases/settle-payment.js'
import { settleSubscription } from '../subscriptions/settle-subscription.js'

/** Events are hints: what they are about is fetched. One fetch of each object settles all of its pending events. */
export function providerObjectHandler(provider: ProviderName): InboxHandler {
  return async (objectKey, events, anyContext) => {
    const context = anyContext as BillingContext
    const effects: string[] = []
    for (const sessionId of idsOf(events, 'checkout.session.'))
      effects.push(...(await settleCheckout(context, provider, sessionId)))
    const [kind, externalId] = objectKey.split(':', 2)
    if (kind === 'subscription' && externalId)
      effects.push(...(await settleSubscription(context, provider, externalId)))
    if (kind === 'payment' && externalId)
      effects.push(...(await settlePayment(context, provider, externalId, newsOf(events))))
    for (const invoiceId of idsOf(events, 'invoice.'))
      effects.push(...(await settleInvoice(context, provider, invoiceId)))
    return effects
  }
}

/** That a payment succeeded is a hint; that it is given or asked back is a change. */
const newsOf = (events: Parameters<InboxHandler>[1]): 'hint' | 'change' =>
  events.every(({ type }) => type === 'payment_intent.succeeded') ? 'hint' : 'change'

/** The objects that events of a family are about, each once. */
const idsOf = (events: Parameters<InboxHandler>[1], family: string): Set<string> =>
  new Set(
    events
      .filter((event) => event.type.startsWith(family))
      .flatMap(({ payload }) => (payload as { data: { object: { id?: string } } }).data.object.id ?? []),
  )
