import { Ctx, Resolver, Root } from 'type-graphql'
import { BillingSubscription, SubscriptionItem } from '#schema/billing/billing-subscription.type.js'
import { AddAddonInput, AddAddonResult, RemoveAddonInput, RemoveAddonResult } from '#schema/billing/addon.type.js'
import { PreviewCancellationInput, PreviewCancellationResult } from '#schema/billing/cancellation-preview.type.js'
import {
  ChangePlanInput,
  ChangePlanResult,
  PreviewPlanChangeInput,
  PreviewPlanChangeResult,
} from '#schema/billing/change-plan.type.js'
import {
  CancelSubscriptionInput,
  CancelSubscriptionResult,
  ResumeSubscriptionInput,
  ResumeSubscriptionResult,
} from '#schema/billing/subscription-change.type.js'
import { Checkout } from '#schema/billing/checkout.type.js'
import { Package } from '#schema/catalog/package.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, mutation, query } from '#schema/kernel/decorators.js'
import { Product } from '#schema/marketplace/product.type.js'
import { addAddon } from '#services/billing/subscriptions/changes/add-addon.js'
import { cancelSubscription } from '#services/billing/subscriptions/changes/cancel-subscription.js'
import { changePlan } from '#services/billing/subscriptions/changes/change-plan.js'
import type { SubscriptionOutcome } from '#services/billing/subscriptions/changes/change-subscription.js'
import { previewCancellation } from '#services/billing/subscriptions/changes/preview-cancellation.js'
import { previewPlanChange } from '#services/billing/subscriptions/changes/preview-plan-change.js'
import { removeAddon } from '#services/billing/subscriptions/changes/remove-addon.js'
import { resumeSubscription } from '#services/billing/subscriptions/changes/resume-subscription.js'
import { packageById } from '#services/catalog/packages/packages-for-sale.js'
import { visibleBillingObject, accountSubscription } from '#services/billing/queries/visible-billing.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { toPackage, toProduct } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toCheckout } from './checkout.mapper.js'
import { toCancellationPreview, toPlanChanged, toPlanChangePreview } from './plan-change.mapper.js'
import { toSubscription } from './subscription.mapper.js'

const toResult = (context: RequestContext, outcome: SubscriptionOutcome | Denied): Promise<AddAddonResult> =>
  outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toSubscription(context, outcome.subscription)

@Resolver(() => BillingSubscription)
export class BillingSubscriptionResolver {
  @query('Preview of `changePlan`: cost and entitlements. Nothing is changed.', () => PreviewPlanChangeResult, {
    nullable: true,
  })
  async previewPlanChange(
    @Ctx() context: RequestContext,
    @arg('input', 'Change to preview.', () => PreviewPlanChangeInput) input: PreviewPlanChangeInput,
  ): Promise<PreviewPlanChangeResult> {
    const outcome = await previewPlanChange(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toPlanChangePreview(context, outcome)
  }

  @mutation(
    'Changes plan, interval or quantity of the active subscription. `previewPlanChange` returns the cost.',
    () => ChangePlanResult,
  )
  async changePlan(
    @Ctx() context: RequestContext,
    @arg('input', 'The new plan, interval or quantity.', () => ChangePlanInput) input: ChangePlanInput,
  ): Promise<ChangePlanResult> {
    const outcome = await changePlan(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toPlanChanged(context, outcome)
  }

  @query(
    'Preview of `cancelSubscription`: effective time and credit for unused time. Nothing is changed.',
    () => PreviewCancellationResult,
    { nullable: true },
  )
  async previewCancellation(
    @Ctx() context: RequestContext,
    @arg('input', 'Cancellation to preview.', () => PreviewCancellationInput) input: PreviewCancellationInput,
  ): Promise<PreviewCancellationResult> {
    const outcome = await previewCancellation(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toCancellationPreview(context, outcome)
  }

  @mutation('Cancels the active subscription, immediately or at period end.', () => CancelSubscriptionResult)
  async cancelSubscription(
    @Ctx() context: RequestContext,
    @arg('input', 'When to cancel, and an optional reason.', () => CancelSubscriptionInput)
    input: CancelSubscriptionInput,
  ): Promise<CancelSubscriptionResult> {
    const outcome = await cancelSubscription(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toSubscription(context, outcome.subscription)
  }

  @mutation(
    'Cancels a scheduled cancellation, or a scheduled change, or reactivates a paused subscription.',
    () => ResumeSubscriptionResult,
  )
  async resumeSubscription(
    @Ctx() context: RequestContext,
    @arg('input', 'Subscription to resume.', () => ResumeSubscriptionInput) input: ResumeSubscriptionInput,
  ): Promise<ResumeSubscriptionResult> {
    return toResult(context, await resumeSubscription(context, input))
  }

  @mutation(
    'Adds an add-on to the active subscription and charges it for the rest of the period. A later increase in the same period after a decrease starts a new period, which is charged after credit for the rest of the old one.',
    () => AddAddonResult,
  )
  async addAddon(
    @Ctx() context: RequestContext,
    @arg('input', 'Add-on and number of units to add.', () => AddAddonInput) input: AddAddonInput,
  ): Promise<AddAddonResult> {
    return toResult(context, await addAddon(context, input))
  }

  @mutation(
    'Removes an add-on from the active subscription now. The `UnusedTimePolicy` determines the credit for the rest of the period.',
    () => RemoveAddonResult,
  )
  async removeAddon(
    @Ctx() context: RequestContext,
    @arg('input', 'Add-on and number of units to remove.', () => RemoveAddonInput) input: RemoveAddonInput,
  ): Promise<RemoveAddonResult> {
    return toResult(context, await removeAddon(context, input))
  }
}

@Resolver(() => BillingSubscription)
export class SubscriptionLinksResolver {
  @fieldResolver('Account that pays.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() subscription: BillingSubscription): Promise<Account> {
    return toAccount((await context.loaders.account.load(subscription.accountId))!)
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

@Resolver(() => Account)
export class AccountSubscriptionResolver {
  @fieldResolver('Current subscription. Null if there is none.', () => BillingSubscription, { nullable: true })
  async subscription(@Ctx() context: RequestContext, @Root() account: Account): Promise<BillingSubscription | null> {
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
