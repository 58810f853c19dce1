import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { CheckInput } from '#schema/entitlements/check.input.js'
import { WorkInput } from '#schema/entitlements/work.input.js'
import { Check } from '#schema/entitlements/check.type.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { SafeInt } from '#schema/kernel/scalars.js'
import { check, checks } from '#services/entitlements/check/checks.js'
import type { RequestContext } from '#context/request-context.js'
import { explainOf, toCheck } from './entitlement.mapper.js'

@Resolver(() => Check)
export class CheckResolver {
  @fieldResolver('Steps of the decision, for people.', () => [String])
  explain(@Ctx() context: RequestContext, @Root() { source }: Check): Promise<string[]> {
    return explainOf(context, source)
  }

  @query(
    'Whether the account may use the feature now. Members can check their own account, services every account they may access.',
    () => Check,
    { nullable: true },
  )
  async check(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, {
      nullable: true,
    })
    accountId: string | null,
    @arg('feature', 'Code of the feature.', () => String) feature: string,
    @arg('amount', 'Number of units to check. Ignored for features that are not counted.', () => SafeInt, {
      nullable: true,
      defaultValue: 1,
    })
    amount: number | null,
    @arg('work', 'Work that the rate card of the feature prices, instead of `amount`.', () => WorkInput, {
      nullable: true,
    })
    work: WorkInput | null,
    @arg('userId', 'Member of the account who would use the units. The caps of the member apply.', () => ID, {
      nullable: true,
    })
    userId: string | null,
  ): Promise<Check> {
    return toCheck(context, await check(context, { accountId, feature, amount, work, userId }), feature)
  }

  @query(
    'Results of up to 100 checks, in the requested order. A result is null if the caller cannot see the account.',
    () => [Check],
    { nullable: 'itemsAndList' },
  )
  async checks(
    @Ctx() context: RequestContext,
    @arg('requests', 'Checks to run, at most 100.', () => [CheckInput]) requests: CheckInput[],
  ): Promise<(Check | null)[]> {
    const results = await checks(context, requests)
    return Promise.all(
      results.map(async (result, index) => result && toCheck(context, result, requests[index]!.feature)),
    )
  }
}
