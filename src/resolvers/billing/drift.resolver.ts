import { requires } from '#schema/kernel/requires.js'
import { DriftPayload } from '#schema/billing/drift.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { AcceptDriftArgs, Drift, HealDriftArgs } from '#schema/billing/drift.type.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { acceptDrift } from '#services/billing/reconciliation/accept-drift.js'
import type { DriftRow } from '#services/billing/reconciliation/drift-row.js'
import { healDrift } from '#services/billing/reconciliation/heal-drift.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toDrift } from './drift.mapper.js'

const toResult = async (context: RequestContext, outcome: DriftRow | Denied): Promise<Drift | Denial> =>
  'kind' in outcome ? toDenial(context, outcome.denial) : toDrift(outcome)

@Resolver(() => Drift)
export class DriftResolver {
  @mutation(
    'Executes the action of a difference that a reconciliation run found. Repeated calls have no effect.',
    () => DriftPayload,
  )
  @requires('OPS_WRITE')
  async healDrift(
    @Ctx() context: RequestContext,
    @mutationArgs(() => HealDriftArgs) input: HealDriftArgs,
  ): Promise<Drift | Denial> {
    return toResult(context, await healDrift(context, input))
  }

  @mutation(
    "Accepts a difference. Later runs do not report it while the provider's state stays the same. Repeated calls change the reason and the end.",
    () => DriftPayload,
  )
  @requires('OPS_WRITE')
  async acceptDrift(
    @Ctx() context: RequestContext,
    @mutationArgs(() => AcceptDriftArgs) input: AcceptDriftArgs,
  ): Promise<Drift | Denial> {
    return toResult(context, await acceptDrift(context, input))
  }

  @fieldResolver('Account that the difference concerns. Null if it is unknown or deleted.', () => Account, {
    nullable: true,
  })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: Drift): Promise<Account | null> {
    const row = accountId && (await context.loaders.account.load(accountId))
    return row ? toAccount(row) : null
  }
}
