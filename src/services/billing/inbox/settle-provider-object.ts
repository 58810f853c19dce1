import type { InboxHandler } from '../../kernel/inbox/process-inbox.js'
import type { BillingContext } from '../billing-context.js'
import { settleCheckout } from '../checkout/settle-checkout.js'
import type { ProviderName } from '../providers/port.js'
import { settleSubscription } from '../subscriptions/settle-subscription.js'

/** Events are hints: what they are about is fetched. One fetch of each object settles all of its pending events. */
export function providerObjectHandler(provider: ProviderName): InboxHandler {
  return async (objectKey, events, anyContext) => {
    const context = anyContext as BillingContext
    const sessions = new Set(
      events.filter((event) => event.type.startsWith('checkout.session.')).map((event) => sessionIdOf(event.payload)),
    )
    const effects: string[] = []
    for (const sessionId of sessions) effects.push(...(await settleCheckout(context, provider, sessionId)))
    const [kind, externalId] = objectKey.split(':', 2)
    if (kind === 'subscription' && externalId)
      effects.push(...(await settleSubscription(context, provider, externalId)))
    return effects
  }
}

const sessionIdOf = (payload: Record<string, unknown>): string =>
  (payload as { data: { object: { id: string } } }).data.object.id
