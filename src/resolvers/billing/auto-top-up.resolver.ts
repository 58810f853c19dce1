import { AccountPayload } from '#schema/identity/account.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import {
  AutoTopUp,
  AutoTopUpPreview,
  AutoTopUpTermsInput,
  RemoveAutoTopUpArgs,
  SetAutoTopUpArgs,
  TopUpConnection,
} from '#schema/billing/auto-top-up.type.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { pageArgs } from '#schema/kernel/page-args.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { MoneyInput } from '#schema/kernel/money.input.js'
import { requires } from '#schema/kernel/requires.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { autoTopUps, topUps } from '#services/billing/top-ups/auto-top-ups.js'
import { previewAutoTopUp } from '#services/billing/top-ups/preview-auto-top-up.js'
import { removeAutoTopUp } from '#services/billing/top-ups/remove-auto-top-up.js'
import { setAutoTopUp } from '#services/billing/top-ups/set-auto-top-up.js'
import type { RequestContext } from '#context/request-context.js'
import type { Package } from '#schema/catalog/package.type.js'
import { listPackages } from '#services/catalog/packages/packages-for-sale.js'
import { toFeature, toPackage } from '../catalog/plan.mapper.js'
import { toAccountResult } from '../identity/account-result.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toPaymentMethod } from './subscription.mapper.js'
import { toTopUp } from './top-up.mapper.js'
import { mutation } from '../kernel/mutation.js'

const TOP_UPS_PER_PAGE = 20

@ArgsType()
class TopUpsArgs extends pageArgs(TOP_UPS_PER_PAGE) {}

/** A pack by its code, for sale or not. */
function packageOf({ catalog }: RequestContext, code: string): Package | null {
  const found = listPackages(catalog.current(), { includeInactive: true }).find((sold) => sold.code === code)
  return found ? toPackage(found) : null
}

@Resolver(() => AccountBilling)
export class AutoTopUpResolver {
  @query('Price, payment method and first effect of an automatic top-up before it is set.', () => AutoTopUpPreview, {
    nullable: true,
  })
  @requires('BILLING_MANAGE')
  async previewAutoTopUp(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
    @arg('terms', 'Terms to preview.', () => AutoTopUpTermsInput) terms: AutoTopUpTermsInput,
    @arg('price', 'Price of one top-up to confirm. Default: not checked.', () => MoneyInput, { nullable: true })
    agreed: MoneyInput | null,
  ): Promise<AutoTopUpPreview> {
    const { feature, price, maxPricePerMonth, denial, paymentMethod, ...preview } = await previewAutoTopUp(context, {
      accountId,
      package: terms.package,
      quantity: terms.quantity ?? null,
      threshold: terms.threshold,
      maxPerMonth: terms.maxPerMonth,
      price: agreed,
    })
    return {
      __typename: 'AutoTopUpPreview',
      ...preview,
      allowed: denial === null,
      feature: feature && toFeature(feature),
      price: price && toMoney(price),
      maxPricePerMonth: maxPricePerMonth && toMoney(maxPricePerMonth),
      paymentMethod: paymentMethod && toPaymentMethod(paymentMethod),
      denial: denial && (await toDenial(context, denial)),
    }
  }

  @mutation(
    'Buys a pack with the saved payment method each time the balance of its feature falls below a threshold. Replaces earlier terms of the feature, and starts again what had stopped.',
    { payload: () => AccountPayload, permission: 'BILLING_MANAGE', moves: 'money' },
  )
  setAutoTopUp(@Ctx() context: RequestContext, @mutationArgs(() => SetAutoTopUpArgs) input: SetAutoTopUpArgs) {
    return toAccountResult(context, setAutoTopUp(context, input))
  }

  @mutation('Removes the automatic top-up of a feature. A charge that was sent to the provider is still completed.', {
    payload: () => AccountPayload,
    permission: 'BILLING_MANAGE',
    moves: 'money',
  })
  removeAutoTopUp(@Ctx() context: RequestContext, @mutationArgs(() => RemoveAutoTopUpArgs) input: RemoveAutoTopUpArgs) {
    return toAccountResult(context, removeAutoTopUp(context, input))
  }

  @fieldResolver('Automatic top-ups of the account, stopped ones included.', () => [AutoTopUp])
  async autoTopUps(@Ctx() context: RequestContext, @Root() account: AccountBilling): Promise<AutoTopUp[]> {
    const { features } = context.catalog.current()
    return (await autoTopUps(context, account.id)).flatMap(({ auto, threshold, status, inMonth }) => {
      const feature = features.get(auto.feature)
      if (!feature) return []
      return [
        {
          __typename: 'AutoTopUp' as const,
          feature: toFeature(feature),
          package: packageOf(context, auto.package),
          quantity: auto.quantity,
          threshold,
          price: toMoney(auto),
          maxPerMonth: auto.maxPerMonth,
          thisMonthCount: inMonth,
          status,
          stopReason: auto.stopReason,
          stoppedAt: auto.stoppedAt,
        },
      ]
    })
  }

  @fieldResolver('Top-ups, newest first.', () => TopUpConnection)
  async topUps(
    @Ctx() context: RequestContext,
    @Root() account: AccountBilling,
    @Args(() => TopUpsArgs) args: TopUpsArgs,
  ): Promise<TopUpConnection> {
    const page = await topUps(context, account.id, pageRequest(args, TOP_UPS_PER_PAGE))
    const known = page.items.flatMap((row, index) => {
      const node = toTopUp(context, row)
      return node ? [{ node, cursor: page.cursors[index]! }] : []
    })
    const cursors = known.map(({ cursor }) => cursor)
    return toConnection(
      { ...page, cursors },
      known.map(({ node }) => node),
    )
  }
}
