import { requires } from '#schema/kernel/requires.js'
import {
  ReconciliationRunPayload,
  DRIFT_COUNT,
  DriftConnection,
  ReconcileInput,
  ReconciliationRun,
  ReconciliationRunConnection,
  ReconciliationRunFilter,
} from '#schema/billing/reconciliation.type.js'
import { keyedInput } from '#schema/kernel/mutation-arguments.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { pageArgs, twoWayPageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { SafeInt } from '#schema/kernel/scalars.js'
import type { Drift } from '#schema/billing/drift.type.js'
import { pageOf, pageRequest } from '#services/kernel/paging/page.js'
import { reconcile } from '#services/billing/reconciliation/reconcile.js'
import { reconciliationRuns } from '#services/billing/reconciliation/reconciliation-runs.js'
import { countedResolver } from '../kernel/counted.resolver.js'
import { toConnection, toCountedConnection } from '../kernel/page.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { driftOf, toReconciliationRun } from './reconciliation.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

const RUNS_PER_PAGE = 20

@ArgsType()
class ReconciliationRunsArgs extends twoWayPageArgs(RUNS_PER_PAGE) {
  @field('Conditions. Default: none.', () => ReconciliationRunFilter, { nullable: true })
  filter?: ReconciliationRunFilter | null
}

const DRIFT_PER_PAGE = 50

@ArgsType()
class DriftArgs extends pageArgs(DRIFT_PER_PAGE) {}

async function wholeDriftOf(context: RequestContext, { id, wholeDrift }: ReconciliationRun): Promise<Drift[]> {
  if (wholeDrift) return wholeDrift
  const run = await context.loaders.reconciliationRun.load(id)
  return run ? driftOf(run) : []
}

@Resolver(() => ReconciliationRun)
export class ReconciliationResolver {
  @query('Reconciliation runs, newest first.', () => ReconciliationRunConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async reconciliationRuns(
    @Ctx() context: RequestContext,
    @Args(() => ReconciliationRunsArgs) args: ReconciliationRunsArgs,
  ): Promise<ReconciliationRunConnection> {
    const page = await reconciliationRuns(context, args.filter ?? {}, pageRequest(args, RUNS_PER_PAGE))
    return toConnection(page, page.items.map(toReconciliationRun))
  }

  @fieldResolver('Differences found, in the order in which they were found.', () => DriftConnection)
  async drift(
    @Ctx() context: RequestContext,
    @Root() run: ReconciliationRun,
    @Args(() => DriftArgs) args: PageArgs,
  ): Promise<DriftConnection> {
    const numbered = (await wholeDriftOf(context, run)).map((drift, index) => ({
      drift,
      key: String(index).padStart(6, '0'),
    }))
    const page = await pageOf(pageRequest(args, DRIFT_PER_PAGE), `drift ${run.id}`, ({ key }) => [key], numbered)
    return toCountedConnection(
      page,
      page.items.map(({ drift }) => drift),
    )
  }

  @fieldResolver('Number of differences that are neither repaired nor accepted.', () => SafeInt)
  async openCount(@Ctx() context: RequestContext, @Root() run: ReconciliationRun): Promise<number> {
    const accepted = (await wholeDriftOf(context, run)).filter((one) => one.accepted && !one.healed)
    return run.foundCount - run.healedCount - accepted.length
  }

  @mutation('Compares a payment provider with this server now, and repairs the differences on request.', {
    payload: () => ReconciliationRunPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
  })
  reconcile(
    @Ctx() context: RequestContext,
    @keyedInput('Provider and scope of the run.', () => ReconcileInput) input: ReconcileInput,
  ) {
    return unlessDenied(reconcile(context, input), (outcome) => toReconciliationRun(outcome))
  }
}

export const DriftCountResolver = countedResolver(DriftConnection, DRIFT_COUNT)
