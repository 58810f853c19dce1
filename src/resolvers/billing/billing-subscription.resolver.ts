import {
  PlanChangePayload,
  ChangePlanInput,
  PlanChangePreview,
  type PlanChangeTerms,
} from '#schema/billing/change-plan.type.js'
import { PreviewCancellationArgs, CancellationPreview } from '#schema/billing/cancellation-preview.type.js'
import { preview, arg, fieldResolver } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import {
  BillingSubscriptionPayload,
  BillingSubscription,
  SubscriptionItem,
} from '#schema/billing/billing-subscription.type.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { AddAddonArgs, RemoveAddonArgs } from '#schema/billing/addon.type.js'
import { CancelSubscriptionArgs, ResumeSubscriptionArgs } from '#schema/billing/subscription-change.type.js'
import {
  PausePreview,
  PauseSubscriptionArgs,
  PreviewPauseArgs,
  PreviewResumptionArgs,
  ResumptionPreview,
} from '#schema/billing/pause.type.js'
import { Checkout } from '#schema/billing/checkout.type.js'
import { Package } from '#schema/catalog/package.type.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { Account } from '#schema/identity/account.type.js'
import { Product } from '#schema/catalog/product.type.js'
import { addAddon } from '#services/billing/subscriptions/changes/add-addon.js'
import { cancelSubscription } from '#services/billing/subscriptions/changes/cancel-subscription.js'
import { changePlan } from '#services/billing/subscriptions/changes/change-plan.js'
import { pauseSubscription } from '#services/billing/subscriptions/changes/pause-subscription.js'
import { previewPause } from '#services/billing/subscriptions/changes/preview-pause.js'
import { previewResumption } from '#services/billing/subscriptions/changes/preview-resumption.js'
import { previewCancellation } from '#services/billing/subscriptions/changes/preview-cancellation.js'
import { previewPlanChange } from '#services/billing/subscriptions/changes/preview-plan-change.js'
import { removeAddon } from '#services/billing/subscriptions/changes/remove-addon.js'
import { resumeSubscription } from '#services/billing/subscriptions/changes/resume-subscription.js'
import { packageById } from '#services/catalog/packages/packages-for-sale.js'
import { visibleBillingObject, accountSubscription } from '#services/billing/queries/visible-billing.js'
import { toPackage, toProduct } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toCheckout } from './checkout.mapper.js'
import { toCancellationPreview, toPlanChanged, toPlanChangePreview } from './plan-change.mapper.js'
import { toSubscription } from './subscription.mapper.js'
import { auditedSubscription } from '#services/billing/audit/billing-audited.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

@Resolver(() => BillingSubscription)
export class BillingSubscriptionResolver {
  @preview('Preview of `changePlan`: cost and entitlements. Nothing is changed.', () => PlanChangePreview)
  @requires('BILLING_MANAGE')
  async previewPlanChange(
    @Ctx() context: RequestContext,
    @arg('input', 'Change to preview.', () => ChangePlanInput) input: PlanChangeTerms,
  ): Promise<PlanChangePreview | Denial> {
    const outcome = await previewPlanChange(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toPlanChangePreview(context, outcome)
  }

  @mutation('Changes plan, interval or quantity of the active subscription. `previewPlanChange` returns the cost.', {
    payload: () => PlanChangePayload,
    permission: 'BILLING_MANAGE',
    moves: 'money',
    audited: auditedSubscription,
  })
  changePlan(
    @Ctx() context: RequestContext,
    @keyedInput('The new plan, interval or quantity.', () => ChangePlanInput) input: ChangePlanInput,
  ) {
    return unlessDenied(changePlan(context, input), (outcome) => toPlanChanged(context, outcome))
  }

  @preview(
    'Preview of `cancelSubscription`: effective time and credit for unused time. Nothing is changed.',
    () => CancellationPreview,
  )
  @requires('BILLING_MANAGE')
  async previewCancellation(
    @Ctx() context: RequestContext,
    @mutationArgs(() => PreviewCancellationArgs) input: PreviewCancellationArgs,
  ): Promise<CancellationPreview | Denial> {
    const outcome = await previewCancellation(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toCancellationPreview(context, outcome)
  }

  @mutation('Cancels the active subscription, immediately or at period end.', {
    payload: () => BillingSubscriptionPayload,
    permission: 'BILLING_MANAGE',
    moves: 'money',
    audited: auditedSubscription,
  })
  cancelSubscription(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CancelSubscriptionArgs)
    input: CancelSubscriptionArgs,
  ) {
    return unlessDenied(cancelSubscription(context, input), (outcome) => toSubscription(context, outcome.subscription))
  }

  @preview('Preview of `pauseSubscription`: effective time and access. Nothing is changed.', () => PausePreview)
  @requires('BILLING_MANAGE')
  async previewPause(
    @Ctx() context: RequestContext,
    @mutationArgs(() => PreviewPauseArgs) input: PreviewPauseArgs,
  ): Promise<PausePreview | Denial> {
    const outcome = await previewPause(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : outcome
  }

  @mutation(
    'Pauses the payments of the active subscription, if the catalog allows it. The paid period keeps its access. A second call moves the end of the pause.',
    { payload: () => BillingSubscriptionPayload, permission: 'BILLING_MANAGE', moves: 'money' },
  )
  pauseSubscription(
    @Ctx() context: RequestContext,
    @mutationArgs(() => PauseSubscriptionArgs) input: PauseSubscriptionArgs,
  ) {
    return unlessDenied(pauseSubscription(context, input), (outcome) => toSubscription(context, outcome.subscription))
  }

  @preview('Preview of `resumeSubscription`: the charge. Nothing is changed.', () => ResumptionPreview)
  @requires('BILLING_MANAGE')
  async previewResumption(
    @Ctx() context: RequestContext,
    @mutationArgs(() => PreviewResumptionArgs) input: PreviewResumptionArgs,
  ): Promise<ResumptionPreview | Denial> {
    const outcome = await previewResumption(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    return { dueNow: toMoney(outcome.dueNow), nextPaymentAt: outcome.nextPaymentAt }
  }

  @mutation(
    'Cancels a scheduled cancellation, or a scheduled change, or ends a pause. `previewResumption` returns the cost.',
    {
      payload: () => BillingSubscriptionPayload,
      permission: 'BILLING_MANAGE',
      moves: 'money',
      audited: auditedSubscription,
    },
  )
  resumeSubscription(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ResumeSubscriptionArgs) input: ResumeSubscriptionArgs,
  ) {
    return unlessDenied(resumeSubscription(context, input), (outcome) => toSubscription(context, outcome.subscription))
  }

  @mutation(
    'Adds an add-on to the active subscription and charges it for the rest of the period. A later increase in the same period after a decrease starts a new period, which is charged after credit for the rest of the old one.',
    {
      payload: () => BillingSubscriptionPayload,
      permission: 'BILLING_MANAGE',
      moves: 'money',
      audited: auditedSubscription,
    },
  )
  addAddon(@Ctx() context: RequestContext, @mutationArgs(() => AddAddonArgs) input: AddAddonArgs) {
    return unlessDenied(addAddon(context, input), (outcome) => toSubscription(context, outcome.subscription))
  }

  @mutation(
    'Removes an add-on from the active subscription now. The `UnusedTimePolicy` determines the credit for the rest of the period.',
    {
      payload: () => BillingSubscriptionPayload,
      permission: 'BILLING_MANAGE',
      moves: 'money',
      audited: auditedSubscription,
    },
  )
  removeAddon(@Ctx() context: RequestContext, @mutationArgs(() => RemoveAddonArgs) input: RemoveAddonArgs) {
    return unlessDenied(removeAddon(context, input), (outcome) => toSubscription(context, outcome.subscription))
  }
}

@Resolver(() => BillingSubscription)
export class SubscriptionLinksResolver {
  @fieldResolver('Account that pays. Null after its deletion.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: BillingSubscription): Promise<Account | null> {
    const row = await context.loaders.account.load(accountId)
    return row && toAccount(row)
  }

  @fieldResolver('Checkout that started the subscription. Null if none of ours did.', () => Checkout, {
    nullable: true,
  })
  async checkout(
    @Ctx() context: RequestContext,
    @Root() { checkoutId }: BillingSubscription,
  ): Promise<Checkout | null> {
    const row = checkoutId && (await context.loaders.checkout.load(checkoutId))
    const visible = row ? await visibleBillingObject(context, row) : null
    return visible && toCheckout(context, visible)
  }
}

@Resolver(() => AccountBilling)
export class AccountSubscriptionResolver {
  @fieldResolver('Current subscription. Null if there is none.', () => BillingSubscription, { nullable: true })
  async subscription(
    @Ctx() context: RequestContext,
    @Root() account: AccountBilling,
  ): Promise<BillingSubscription | null> {
    const load = (id: string) => context.loaders.liveSubscriptionOfAccount.load(id)
    const row = await accountSubscription(context, account.id, load)
    return row && toSubscription(context, row)
  }
}

@Resolver(() => SubscriptionItem)
export class SubscriptionItemResolver {
  @fieldResolver('Product of the item.', () => Product)
  product(@Ctx() context: RequestContext, @Root() item: SubscriptionItem): Product {
    const catalog = context.catalog.current()
    return toProduct(catalog, catalog.productById.get(item.productId)!)
  }

  @fieldResolver("Package of an add-on. Null for the plan's item.", () => Package, {
    nullable: true,
  })
  package(@Ctx() context: RequestContext, @Root() item: SubscriptionItem): Package | null {
    const sold = item.packageId ? packageById(context.catalog.current(), item.packageId) : null
    return sold && toPackage(sold)
  }
}
