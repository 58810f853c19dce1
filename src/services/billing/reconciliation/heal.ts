import type { Drift } from '#entities/billing/reconciliation-run.entity.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import { syncCheckout } from '#services/billing/checkout/sync-checkout.js'
import { relinkCustomer } from '#services/billing/customers/relink-customer.js'
import { restoreScheduled } from '#services/billing/subscriptions/changes/restore-scheduled.js'
import { endLostSubscription } from '#services/billing/subscriptions/end-lost-subscription.js'
import { compareSync } from '#services/billing/subscriptions/compare-sync.js'
import { syncSubscription } from '#services/billing/subscriptions/sync-subscription.js'
import type { WebhookReceiver } from '#services/kernel/inbox/receive-webhook.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import type { Finding } from './find-drift.js'
import { withinRules } from './within-rules.js'

/** Result of the repair of a difference. */
export type Healing = Pick<Drift, 'healed' | 'unhealedReason'>

export const UNTOUCHED: Healing = { healed: false }

/** Carries out a repair, which writes nothing that breaks a rule of an account. An error leaves the difference in the report, with its reason. */
export async function attempt(
  context: BillingContext,
  { kind, object }: Pick<Drift, 'kind' | 'object'>,
  repair: (context: BillingContext) => Promise<boolean>,
): Promise<Healing> {
  try {
    return (await repair(withinRules(context)))
      ? { healed: true }
      : { healed: false, unhealedReason: 'The repair did not resolve the difference.' }
  } catch (error) {
    context.log.error({ err: error, object, drift: kind }, 'drift could not be healed')
    return { healed: false, unhealedReason: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * Heals one drift with the operations that events use, so that its effects are in the ledger and the account's stream. Returns whether the
 * repair took place.
 */
export async function heal(
  context: BillingContext,
  port: PaymentPort,
  receiver: WebhookReceiver | null,
  { kind, object, event, customerId }: Finding,
): Promise<boolean> {
  const [type, id = ''] = object.split(':', 2)
  if (kind === 'missing_event') {
    // One that the provider delivered in the meantime is there as well.
    if (!receiver || !event) return false
    await receiver.receive(event)
    return true
  }
  // True if the change is wanted, an operator knows: it is recorded here or removed there.
  if (kind === 'scheduled_change_unknown') return false
  if (kind === 'extra_subscription') return endLostSubscription(context, port, id)
  if (kind === 'unknown_customer' && !(await relinkCustomer(context, port, customerId!))) return false
  if (type === 'checkout') return (await syncCheckout(context, port, id)).length > 0
  if (kind === 'scheduled_change_missing') return restoreScheduled(context, port, id)
  const effects = await syncSubscription(context, port, id, { repairs: true })
  // A payment method or a date is written without an effect.
  return effects.length > 0 || isSynced(context, port, id)
}

/** Pauses in ms between comparisons: an event that is read at the same time is recorded a moment later, and prevents an older record. */
const PAUSES = [0, 200, 1_000]

/** Returns true if no synced member of a subscription differs from the provider, at the latest after a sync that runs at the same time. */
async function isSynced(context: BillingContext, port: PaymentPort, externalId: string): Promise<boolean> {
  const fetched = await port.fetchSubscription(externalId)
  if (!fetched) return false
  for (const pause of PAUSES) {
    await context.timers.delay(pause)
    if ((await compareSync(context, port, fetched)).length === 0) return true
  }
  return false
}
