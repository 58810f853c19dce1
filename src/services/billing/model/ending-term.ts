import { dayText } from '#services/kernel/text/readable.js'
import type { NegotiatedPlanRow } from '#entities/billing/negotiated-plan.entity.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { SubscriptionState } from './load-subscription-state.js'

type State = Pick<SubscriptionState, 'negotiated' | 'price' | 'planned' | 'plan'> & {
  readonly subscription: Pick<SubscriptionState['subscription'], 'currentPeriodEnd'>
}

/** Pure: the negotiated price that is paid now, if the next period has the ordinary one. */
export function endingTerm({ negotiated = [], price, subscription }: State): NegotiatedPlanRow | null {
  const { currentPeriodEnd } = subscription
  const running = negotiated.find(({ priceId, startedAt }) => priceId === price.id && startedAt !== null)
  return running?.endsAt && currentPeriodEnd && currentPeriodEnd >= running.endsAt ? running : null
}

/** Pure: true if the scheduled change is that from the negotiated price to the ordinary one. */
export const isEndOfTerm = (state: State): boolean =>
  state.planned?.kind === 'PLAN' &&
  state.planned.fromPriceId === state.price.id &&
  state.planned.toPlanVersionId === state.plan.versionId &&
  endingTerm(state) !== null

/** The end of a term is agreed: it is no change that the account can cancel. */
export const ordinaryPriceFollows = ({ plan, subscription }: State): Refused =>
  refused(
    'INVALID_TRANSITION',
    `The negotiated price of ${plan.name} ends with the period on ${dayText(subscription.currentPeriodEnd!)}, and the ordinary price follows.`,
  )
