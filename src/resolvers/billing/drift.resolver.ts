import { DriftPayload, AcceptDriftArgs, Drift, HealDriftArgs } from '#schema/billing/drift.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { acceptDrift } from '#services/billing/reconciliation/accept-drift.js'
import { healDrift } from '#services/billing/reconciliation/heal-drift.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDrift } from './drift.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

@Resolver(() => Drift)
export class DriftResolver {
  @mutation('Executes the action of a difference that a reconciliation run found. Repeated calls have no effect.', {
    payload: () => DriftPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    repeats: 'The difference is already healed.',
  })
  healDrift(@Ctx() context: RequestContext, @mutationArgs(() => HealDriftArgs) input: HealDriftArgs) {
    return unlessDenied(healDrift(context, input), (outcome) => toDrift(outcome))
  }

  @mutation(
    "Accepts a difference. Later runs do not report it while the provider's state stays the same. Repeated calls change the reason and the end.",
    {
      payload: () => DriftPayload,
      permission: 'OPS_WRITE',
      moves: 'money',
      repeats: 'The difference is already accepted.',
    },
  )
  acceptDrift(@Ctx() context: RequestContext, @mutationArgs(() => AcceptDriftArgs) input: AcceptDriftArgs) {
    return unlessDenied(acceptDrift(context, input), (outcome) => toDrift(outcome))
  }

  @fieldResolver('Account that the difference concerns. Null if it is unknown or deleted.', () => Account, {
    nullable: true,
  })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: Drift): Promise<Account | null> {
    const row = accountId && (await context.loaders.account.load(accountId))
    return row ? toAccount(row) : null
  }
}
