import { Denial } from '../kernel/denial.type.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { DateTime } from '../kernel/scalars.js'
import type { PlanOfferRequest } from '#services/billing/offers/plan-offer.js'

export const PlanOfferAction = enumType('PlanOfferAction', 'Action that an account can take on a plan.', {
  SUBSCRIBE: 'Subscribe with `startSubscription`.',
  UPGRADE: 'Change to the plan with `changePlan`. It is an upgrade.',
  DOWNGRADE: 'Change to the plan with `changePlan`. It is a downgrade.',
  KEEP: 'Keep the current plan: `changePlan` cancels the scheduled change.',
  CURRENT: 'Nothing: the account has the plan.',
  NONE: 'Nothing: the plan is free or not for sale. `denial` has the reason if there is one.',
})
export type PlanOfferAction = keyof typeof PlanOfferAction

/** `amountNow` is added by its resolver from `request`. */
@objectType('Offer of a plan to an account.')
export class PlanOffer {
  readonly __typename!: 'PlanOffer'

  @field('Action that the account can take.', () => PlanOfferAction)
  action!: PlanOfferAction

  @field('Time it would take effect (business clock). Null if nothing would change.', () => DateTime, {
    nullable: true,
  })
  effectiveAt!: Date | null

  @field('Reason the action would be denied now, with remedies. Null if it would not.', () => Denial, {
    nullable: true,
  })
  denial!: Denial | null

  /** Amount that is known without the provider. Undefined if the provider calculates it. */
  knownAmount!: { readonly amountMinor: number; readonly currency: string } | null | undefined

  request!: PlanOfferRequest
}
