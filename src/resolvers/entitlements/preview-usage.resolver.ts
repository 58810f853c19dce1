import { Ctx, ID, Resolver } from 'type-graphql'
import type { AnyDenial } from '#schema/any-denial.js'
import { UsagePreview } from '#schema/entitlements/usage-price.type.js'
import { WorkInput } from '#schema/entitlements/work.input.js'
import { arg, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { previewUsage } from '#services/entitlements/rate-cards/preview-usage.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toEntitlement } from './entitlement.mapper.js'
import { toUsagePrice } from './usage-price.mapper.js'

@Resolver()
export class PreviewUsageResolver {
  @query(
    'Price of work by the rate card, and whether the account could consume it now. Nothing is consumed. Members can preview for their own account, services for every account they may access.',
    () => UsagePreview,
    { nullable: true },
  )
  async previewUsage(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
    @arg('feature', 'Code of a credit feature with a rate card.', () => String) feature: string,
    @arg('work', 'Work to price.', () => WorkInput) work: WorkInput,
    @arg('userId', 'Member of the account who would use the units. The caps of the member apply.', () => ID, {
      nullable: true,
    })
    userId: string | null,
  ): Promise<UsagePreview> {
    const { price, entitlement, denial, ...preview } = await previewUsage(context, {
      accountId,
      feature,
      work,
      userId,
    })
    return {
      ...preview,
      price: price && toUsagePrice(price),
      entitlement: entitlement && toEntitlement(entitlement),
      denial: denial && (await toDenial<AnyDenial>(context, denial)),
    }
  }
}
