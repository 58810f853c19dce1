import { Ctx, Resolver } from 'type-graphql'
import { BillingSubscription } from '../../schema/billing/billing-subscription.type.js'
import { PreviewCancellationInput, PreviewCancellationResult } from '../../schema/billing/cancellation-preview.type.js'
import {
  ChangePlanInput,
  ChangePlanResult,
  PreviewPlanChangeInput,
  PreviewPlanChangeResult,
} from '../../schema/billing/change-plan.type.js'
import {
  AddonInput,
  CancelSubscriptionInput,
  ResumeSubscriptionInput,
  SubscriptionResult,
} from '../../schema/billing/subscription-change.type.js'
import { arg, mutation, query } from '../../schema/kernel/decorators.js'
import { addAddon, removeAddon } from '../../services/billing/subscriptions/changes/change-addon.js'
import { changePlan } from '../../services/billing/subscriptions/changes/change-plan.js'
import {
  cancelSubscription,
  resumeSubscription,
  type SubscriptionOutcome,
} from '../../services/billing/subscriptions/changes/end-subscription.js'
import { previewCancellation } from '../../services/billing/subscriptions/changes/preview-cancellation.js'
import { previewPlanChange } from '../../services/billing/subscriptions/changes/preview-plan-change.js'
import type { Denied } from '../../services/kernel/idempotency/once-per-key.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '../../context/request-context.js'
import { toCancellationPreview, toPlanChanged, toPlanChangePreview } from './plan-change.mapper.js'
import { toSubscription } from './subscription.mapper.js'

const answer = (context: RequestContext, outcome: SubscriptionOutcome | Denied): Promise<SubscriptionResult> =>
  outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toSubscription(context, outcome.subscription)

@Resolver(() => BillingSubscription)
export class SubscriptionChangeResolver {
  @query(
    'What another plan, interval or quantity would cost and bring: the same as `changePlan`, stopped before anything is done.',
    () => PreviewPlanChangeResult,
  )
  async previewPlanChange(
    @Ctx() context: RequestContext,
    @arg('input', 'The change to look at.', () => PreviewPlanChangeInput) input: PreviewPlanChangeInput,
  ): Promise<PreviewPlanChangeResult> {
    const outcome = await previewPlanChange(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toPlanChangePreview(context, outcome)
  }

  @mutation(
    'Changes plan, interval or quantity of the running subscription. What it would cost, `previewPlanChange` says.',
    () => ChangePlanResult,
  )
  async changePlan(
    @Ctx() context: RequestContext,
    @arg('input', 'The change.', () => ChangePlanInput) input: ChangePlanInput,
  ): Promise<ChangePlanResult> {
    const outcome = await changePlan(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toPlanChanged(context, outcome)
  }

  @query(
    'When a cancellation would end the subscription, and the credit for unused time: the same as `cancelSubscription`, without changing anything.',
    () => PreviewCancellationResult,
  )
  async previewCancellation(
    @Ctx() context: RequestContext,
    @arg('input', 'The cancellation to look at.', () => PreviewCancellationInput) input: PreviewCancellationInput,
  ): Promise<PreviewCancellationResult> {
    const outcome = await previewCancellation(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toCancellationPreview(context, outcome)
  }

  @mutation('Ends the running subscription, now or when what is paid is used up.', () => SubscriptionResult)
  async cancelSubscription(
    @Ctx() context: RequestContext,
    @arg('input', 'When, and why.', () => CancelSubscriptionInput) input: CancelSubscriptionInput,
  ): Promise<SubscriptionResult> {
    return answer(context, await cancelSubscription(context, input))
  }

  @mutation(
    'Takes back a planned end, else a planned change of plan; wakes a subscription that is paused.',
    () => SubscriptionResult,
  )
  async resumeSubscription(
    @Ctx() context: RequestContext,
    @arg('input', 'Of whom.', () => ResumeSubscriptionInput) input: ResumeSubscriptionInput,
  ): Promise<SubscriptionResult> {
    return answer(context, await resumeSubscription(context, input))
  }

  @mutation(
    'Puts an add-on on the running subscription, paid from now on by the time that is left. More of it after fewer in the same period begins a new period, which is charged after credit for the rest of the old one.',
    () => SubscriptionResult,
  )
  async addAddon(
    @Ctx() context: RequestContext,
    @arg('input', 'Which, and how many more.', () => AddonInput) input: AddonInput,
  ): Promise<SubscriptionResult> {
    return answer(context, await addAddon(context, input))
  }

  @mutation(
    'Takes an add-on from the running subscription now. The `UnusedTimePolicy` decides about credit for the rest of its time.',
    () => SubscriptionResult,
  )
  async removeAddon(
    @Ctx() context: RequestContext,
    @arg('input', 'Which, and how many fewer.', () => AddonInput) input: AddonInput,
  ): Promise<SubscriptionResult> {
    return answer(context, await removeAddon(context, input))
  }
}
