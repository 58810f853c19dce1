import { requires } from '#schema/kernel/requires.js'
import { preview, arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import {
  PreviewPlanMigrationArgs,
  LostEntitlement,
  PlanMigrationPreview,
  PlanMigrationPreviewItem,
  PlanMigrationPreviewItemConnection,
} from '#schema/billing/plan-migration-preview.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import {
  PlanMigrationPayload,
  MigratePlanArgs,
  PlanMigration,
  PlanMigrationConnection,
  PlanMigrationSkipReason,
  PlanMigrationStatus,
  PlanMigrationStep,
  PlanMigrationStepConnection,
  PlanMigrationStepStatus,
  ResumePlanMigrationArgs,
  StopPlanMigrationArgs,
} from '#schema/billing/plan-migration.type.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { BillingSubscription } from '#schema/billing/billing-subscription.type.js'
import { Account } from '#schema/identity/account.type.js'
import { SafeInt } from '#schema/kernel/scalars.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { migratePlan } from '#services/billing/subscriptions/migrate/migrate-plan.js'
import { planMigrations, stepsOfMigration } from '#services/billing/subscriptions/migrate/plan-migrations.js'
import {
  lostEntitlements,
  previewedSubscriptions,
  previewPlanMigration,
} from '#services/billing/subscriptions/migrate/preview-plan-migration.js'
import { resumePlanMigration } from '#services/billing/subscriptions/migrate/resume-plan-migration.js'
import { stopPlanMigration } from '#services/billing/subscriptions/migrate/stop-plan-migration.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { toEntitlement, toEntitlementPreview } from '../entitlements/entitlement.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { loadAccount } from '../identity/load-account.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection, toListPage } from '../kernel/page.mapper.js'
import {
  toPlanMigration,
  toPlanMigrationPreview,
  toPlanMigrationPreviewItem,
  toPlanMigrationStep,
  type PlanMigrationPreviewItemView,
  type PlanMigrationPreviewView,
} from './plan-migration.mapper.js'
import { toSubscription } from './subscription.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

const MIGRATIONS_PER_PAGE = 20
const STEPS_PER_PAGE = 50

@ArgsType()
class PlanMigrationsArgs extends pageArgs(MIGRATIONS_PER_PAGE) {
  @field('Codes of the plans. Default: all.', () => [String], { nullable: true })
  plans?: string[] | null

  @field('Statuses to return. Default: all.', () => [PlanMigrationStatus], { nullable: true })
  statuses?: PlanMigrationStatus[] | null
}

@ArgsType()
class StepsArgs extends pageArgs(STEPS_PER_PAGE) {
  @field('Statuses to return. Default: all.', () => [PlanMigrationStepStatus], { nullable: true })
  statuses?: PlanMigrationStepStatus[] | null
}

@ArgsType()
class PreviewItemsArgs extends pageArgs(STEPS_PER_PAGE) {}

@Resolver(() => PlanMigration)
class PlanMigrationResolver {
  @query('Plan migrations, newest first.', () => PlanMigrationConnection, { nullable: true })
  @requires('OPS_READ')
  async planMigrations(
    @Ctx() context: RequestContext,
    @Args(() => PlanMigrationsArgs) args: PlanMigrationsArgs & PageArgs,
  ): Promise<PlanMigrationConnection> {
    const page = await planMigrations(context, args, pageRequest(args, MIGRATIONS_PER_PAGE))
    const catalog = context.catalog.current()
    return toConnection(
      page,
      page.items.map((row) => toPlanMigration(catalog, row)),
    )
  }

  @preview(
    'Preview of `migratePlan`: what subscribers of earlier versions pay before and after, the features that change, and the subscriptions that are skipped. Nothing is changed.',
    () => PlanMigrationPreview,
  )
  @requires('OPS_READ')
  async previewPlanMigration(
    @Ctx() context: RequestContext,
    @mutationArgs(() => PreviewPlanMigrationArgs) input: PreviewPlanMigrationArgs,
  ): Promise<PlanMigrationPreview | Denial> {
    const outcome = await previewPlanMigration(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toPlanMigrationPreview(outcome)
  }

  @mutation(
    'Starts to move the subscribers of earlier plan versions to the current version, in the background: immediately at an unchanged price, otherwise when the paid period ends. `previewPlanMigration` returns the effect.',
    { payload: () => PlanMigrationPayload, permission: 'OPS_WRITE', moves: 'money' },
  )
  migratePlan(@Ctx() context: RequestContext, @mutationArgs(() => MigratePlanArgs) input: MigratePlanArgs) {
    return unlessDenied(migratePlan(context, input), (outcome) => toPlanMigration(context.catalog.current(), outcome))
  }

  @mutation('Stops a running plan migration. Changes that have begun are completed, and no other begins.', {
    payload: () => PlanMigrationPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    repeats: 'The migration is already stopped.',
  })
  stopPlanMigration(
    @Ctx() context: RequestContext,
    @mutationArgs(() => StopPlanMigrationArgs) input: StopPlanMigrationArgs,
  ) {
    return unlessDenied(stopPlanMigration(context, input.planMigrationId), (outcome) =>
      toPlanMigration(context.catalog.current(), outcome),
    )
  }

  @mutation('Continues a stopped plan migration with its pending steps.', {
    payload: () => PlanMigrationPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    repeats: 'The migration already runs.',
  })
  resumePlanMigration(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ResumePlanMigrationArgs) input: ResumePlanMigrationArgs,
  ) {
    return unlessDenied(resumePlanMigration(context, input.planMigrationId), (outcome) =>
      toPlanMigration(context.catalog.current(), outcome),
    )
  }

  @fieldResolver('Number of steps with a status. Default: of all steps.', () => SafeInt)
  async stepCount(
    @Ctx() context: RequestContext,
    @Root() { id }: PlanMigration,
    @arg('status', 'Status to count. Default: all.', () => PlanMigrationStepStatus, { nullable: true })
    status?: PlanMigrationStepStatus | null,
  ): Promise<number> {
    const counts = await context.loaders.migrationStepCounts.load(id)
    return counts.reduce((sum, { state, count }) => sum + (!status || state === status ? count : 0), 0)
  }

  @fieldResolver('Steps of the migration, one per subscription.', () => PlanMigrationStepConnection)
  async steps(
    @Ctx() context: RequestContext,
    @Root() { id }: PlanMigration,
    @Args(() => StepsArgs) args: StepsArgs & PageArgs,
  ): Promise<PlanMigrationStepConnection> {
    const page = await stepsOfMigration(context, id, args.statuses ?? null, pageRequest(args, STEPS_PER_PAGE))
    const catalog = context.catalog.current()
    return toConnection(
      page,
      page.items.map((row) => toPlanMigrationStep(catalog, row)),
    )
  }
}

@Resolver(() => PlanMigrationPreview)
class PlanMigrationPreviewResolver {
  @fieldResolver(
    'Number of subscriptions that would keep their version for a reason. Default: for any.',
    () => SafeInt,
    {
      nullable: true,
    },
  )
  skippedCount(
    @Root() { preview: previewed }: Partial<PlanMigrationPreviewView>,
    @arg('reason', 'Reason to count. Default: all.', () => PlanMigrationSkipReason, { nullable: true })
    reason?: PlanMigrationSkipReason | null,
  ): number | null {
    if (!previewed) return null
    const skipped = previewed.skipped.filter((one) => !reason || one.reason === reason)
    return skipped.reduce((sum, { count }) => sum + count, 0)
  }

  @fieldResolver('Effect on each subscription of an earlier version.', () => PlanMigrationPreviewItemConnection, {
    nullable: true,
  })
  async subscriptions(
    @Ctx() context: RequestContext,
    @Root() { preview: previewed }: Partial<PlanMigrationPreviewView>,
    @Args(() => PreviewItemsArgs) args: PageArgs,
  ): Promise<PlanMigrationPreviewItemConnection | null> {
    if (!previewed) return null
    const page = await previewedSubscriptions(context, previewed, pageRequest(args, STEPS_PER_PAGE))
    return toListPage(page, page.items.map(toPlanMigrationPreviewItem))
  }
}

async function subscriptionOf(
  context: RequestContext,
  of: { readonly subscriptionId: string },
): Promise<BillingSubscription> {
  return toSubscription(context, (await context.loaders.subscription.load(of.subscriptionId))!)
}

@Resolver(() => PlanMigrationStep)
class PlanMigrationStepResolver {
  @fieldResolver('Account of the subscription. Null if it was deleted.', () => Account, { nullable: true })
  account(@Ctx() context: RequestContext, @Root() { accountId }: PlanMigrationStep): Promise<Account | null> {
    return loadAccount(context, accountId)
  }

  @fieldResolver('The subscription.', () => BillingSubscription)
  subscription(@Ctx() context: RequestContext, @Root() step: PlanMigrationStep): Promise<BillingSubscription> {
    return subscriptionOf(context, step)
  }
}

@Resolver(() => PlanMigrationPreviewItem)
class PlanMigrationPreviewItemResolver {
  @fieldResolver('Account of the subscription.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() { accountId }: PlanMigrationPreviewItem): Promise<Account> {
    return toAccount((await context.loaders.account.load(accountId))!)
  }

  @fieldResolver('The subscription.', () => BillingSubscription)
  subscription(@Ctx() context: RequestContext, @Root() item: PlanMigrationPreviewItem): Promise<BillingSubscription> {
    return subscriptionOf(context, item)
  }

  @fieldResolver(
    'Entitlements that the account loses, or already uses beyond the new limit. Empty if the subscription is skipped.',
    () => [LostEntitlement],
  )
  async lostEntitlements(
    @Ctx() context: RequestContext,
    @Root() { accountId, skippedReason, previewed }: PlanMigrationPreviewItemView,
  ): Promise<LostEntitlement[]> {
    const snapshot = skippedReason ? null : await context.loaders.snapshots.load(accountId)
    if (!snapshot) return []
    return lostEntitlements(context, snapshot, previewed).map(({ before, after }) => ({
      __typename: 'LostEntitlement',
      before: toEntitlement(before),
      after: toEntitlementPreview(after),
    }))
  }
}

export const planMigrationResolvers = [
  PlanMigrationResolver,
  PlanMigrationStepResolver,
  PlanMigrationPreviewResolver,
  PlanMigrationPreviewItemResolver,
]
