import type { NewCheckout } from '#services/billing/providers/port.js'
import { DEFERRED_UNTIL } from './change-lines.js'

/** Stripe does not copy the metadata of a session to the objects that it creates, so both carry it. */
export const metadataOf = ({ checkoutId, accountId, productCode }: NewCheckout) => ({
  checkout_id: checkoutId,
  account_id: accountId,
  plan_tier: productCode,
})

/** True for a subscription that begins with a trial. One that takes another one's place begins without it. */
export const hasTrial = ({ recurring, trialDays, startsAt }: NewCheckout): boolean =>
  recurring && trialDays > 0 && !startsAt

/** Metadata of a new subscription, and the end or the length of the time that is free at first. */
export function beginning(request: NewCheckout) {
  const metadata = metadataOf(request)
  if (!request.startsAt) return { metadata, ...(hasTrial(request) ? { trial_period_days: request.trialDays } : {}) }
  // The metadata marks that the time until the later start is no trial.
  const end = Math.floor(request.startsAt.getTime() / 1000)
  return { metadata: { ...metadata, [DEFERRED_UNTIL]: String(end) }, trial_end: end }
}
