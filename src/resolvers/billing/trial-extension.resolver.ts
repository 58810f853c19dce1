import { Ctx, Resolver } from 'type-graphql'
import {
  ExtendTrialInput,
  ExtendTrialResult,
  PreviewTrialExtensionInput,
  PreviewTrialExtensionResult,
} from '#schema/billing/trial-extension.type.js'
import { arg, mutation, query } from '#schema/kernel/decorators.js'
import { extendTrial } from '#services/billing/subscriptions/changes/extend-trial.js'
import { previewTrialExtension } from '#services/billing/subscriptions/changes/preview-trial-extension.js'
import type { RequestContext } from '#context/request-context.js'
import { toCurrentPlan } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toSubscription } from './subscription.mapper.js'

@Resolver()
export class TrialExtensionResolver {
  @query(
    'Preview of `extendTrial`: the first charge and its new date. Nothing is changed. Requires an operator.',
    () => PreviewTrialExtensionResult,
    { nullable: true },
  )
  async previewTrialExtension(
    @Ctx() context: RequestContext,
    @arg('input', 'Extension to preview.', () => PreviewTrialExtensionInput) input: PreviewTrialExtensionInput,
  ): Promise<PreviewTrialExtensionResult> {
    const outcome = await previewTrialExtension(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    const { plan, trialEnd, until, firstCharge } = outcome
    return {
      __typename: 'TrialExtensionPreview',
      plan: toCurrentPlan(context.catalog.current(), plan),
      trialEnd,
      until,
      firstCharge: firstCharge && toMoney(firstCharge),
    }
  }

  @mutation(
    'Moves the end of a running trial to a later time, at the provider. Nothing is charged before it. Requires an operator.',
    () => ExtendTrialResult,
  )
  async extendTrial(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, new end and reason.', () => ExtendTrialInput) input: ExtendTrialInput,
  ): Promise<ExtendTrialResult> {
    const outcome = await extendTrial(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toSubscription(context, outcome.subscription)
  }
}
