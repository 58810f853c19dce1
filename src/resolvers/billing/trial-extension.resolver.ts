import { requires } from '#schema/kernel/requires.js'
import { preview } from '#schema/kernel/decorators.js'
import { BillingSubscriptionPayload } from '#schema/billing/billing-subscription.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver } from 'type-graphql'
import {
  ExtendTrialArgs,
  PreviewTrialExtensionArgs,
  TrialExtensionPreview,
} from '#schema/billing/trial-extension.type.js'
import { extendTrial } from '#services/billing/subscriptions/changes/extend-trial.js'
import { previewTrialExtension } from '#services/billing/subscriptions/changes/preview-trial-extension.js'
import type { RequestContext } from '#context/request-context.js'
import { toCurrentPlan } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toSubscription } from './subscription.mapper.js'
import { auditedSubscription } from '#services/billing/audit/billing-audited.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

@Resolver()
export class TrialExtensionResolver {
  @preview(
    'Preview of `extendTrial`: the first charge and its new date. Nothing is changed.',
    () => TrialExtensionPreview,
  )
  @requires('OPS_READ')
  async previewTrialExtension(
    @Ctx() context: RequestContext,
    @mutationArgs(() => PreviewTrialExtensionArgs) input: PreviewTrialExtensionArgs,
  ): Promise<TrialExtensionPreview | Denial> {
    const outcome = await previewTrialExtension(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    const { plan, trialEnd, until, firstCharge } = outcome
    return {
      plan: toCurrentPlan(context.catalog.current(), plan),
      trialEndsAt: trialEnd,
      newTrialEndsAt: until,
      firstCharge: firstCharge && toMoney(firstCharge),
    }
  }

  @mutation('Moves the end of a running trial to a later time, at the provider. Nothing is charged before it.', {
    payload: () => BillingSubscriptionPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    audited: auditedSubscription,
  })
  extendTrial(@Ctx() context: RequestContext, @mutationArgs(() => ExtendTrialArgs) input: ExtendTrialArgs) {
    return unlessDenied(extendTrial(context, input), (outcome) => toSubscription(context, outcome.subscription))
  }
}
