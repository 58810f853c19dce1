import { Args, Ctx, Resolver, Root } from 'type-graphql'
import { CheckInput } from '#schema/entitlements/check.input.js'
import { Check } from '#schema/entitlements/check.type.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { explainSteps } from '#services/entitlements/check/explain-steps.js'
import { check, checks } from '#services/entitlements/check/checks.js'
import type { RequestContext } from '#context/request-context.js'
import { toCheck } from './entitlement.mapper.js'

@Resolver(() => Check)
export class CheckResolver {
  @fieldResolver('Steps of the decision, for people.', () => [String])
  explain(@Ctx() context: RequestContext, @Root() { source }: Check): Promise<string[]> {
    return explainSteps(context, source)
  }

  @query(
    'Whether the account may use the feature now. Members can check their own account, services every account they may access.',
    () => Check,
    { nullable: true },
  )
  async check(@Ctx() context: RequestContext, @Args(() => CheckInput) question: CheckInput): Promise<Check> {
    return toCheck(context, await check(context, question), question.feature)
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
