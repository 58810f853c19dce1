import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { UsagePreview } from '#schema/entitlements/usage-price.type.js'
import { WorkInput } from '#schema/entitlements/work.input.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { previewUsage } from '#services/entitlements/rate-cards/preview-usage.js'
import type { RequestContext } from '#context/request-context.js'
import { explainOf, toCheck } from './entitlement.mapper.js'

@Resolver(() => UsagePreview)
export class PreviewUsageResolver {
  @fieldResolver('Steps of price and decision, for people.', () => [String])
  explain(@Ctx() context: RequestContext, @Root() { source }: UsagePreview): Promise<string[]> {
    return explainOf(context, source)
  }

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
    const preview = await previewUsage(context, { accountId, feature, work, userId })
    const { allowed, denial, entitlement, price } = await toCheck(context, preview, feature)
    return { source: preview, allowed, denial, entitlement, price, remainingAfter: preview.remainingAfter }
  }
}
