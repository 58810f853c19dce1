import { Ctx, ID, Resolver } from 'type-graphql'
import { CheckInput } from '../../schema/entitlements/check.input.js'
import { Check } from '../../schema/entitlements/check.type.js'
import { arg, query } from '../../schema/kernel/decorators.js'
import { SafeInt } from '../../schema/kernel/scalars.js'
import { checkMany } from '../../services/entitlements/check/check.js'
import type { RequestContext } from '../../context/request-context.js'
import { direct } from '../kernel/direct.js'
import { toCheck } from './entitlement.mapper.js'

interface Asked {
  readonly accountId?: string | null
  readonly feature: string
  readonly amount?: number | null
}

@Resolver()
export class CheckResolver {
  @query(
    'May the account use so many of the feature now? Members ask about their own account, services about any they are allowed.',
    () => Check,
  )
  @direct((_root, { accountId, feature, amount }: Asked, context) => [
    context,
    accountId ?? null,
    feature,
    amount ?? null,
  ])
  async check(
    @Ctx() context: RequestContext,
    @arg('accountId', "The account, by id or reference. Left out: the caller's current account.", () => ID, {
      nullable: true,
    })
    accountId: string | null,
    @arg('feature', "The feature's code.", () => String) feature: string,
    @arg('amount', 'How many are wanted; not looked at for a feature that is not counted.', () => SafeInt, {
      nullable: true,
      defaultValue: 1,
    })
    amount: number | null,
  ): Promise<Check> {
    const [check] = await checkMany(context, [{ accountId, feature, amount }])
    return toCheck(context, check!)
  }

  @query('Many questions at once, at most 100; answers in the order asked.', () => [Check])
  async checks(
    @Ctx() context: RequestContext,
    @arg('requests', 'The questions.', () => [CheckInput]) requests: CheckInput[],
  ): Promise<Check[]> {
    return Promise.all((await checkMany(context, requests)).map((check) => toCheck(context, check)))
  }
}
