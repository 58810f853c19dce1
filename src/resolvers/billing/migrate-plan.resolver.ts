import { Ctx, Resolver } from 'type-graphql'
import {
  MigratePlanInput,
  PlanMigration,
  PlanMigrationResult,
  type PlanMigrationStep,
} from '#schema/billing/migrate-plan.type.js'
import { arg, mutation } from '#schema/kernel/decorators.js'
import { migratePlan, type MigrationStep } from '#services/billing/subscriptions/migrate/migrate-plan.js'
import { toPlan, toPlanVersion } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toPrice } from '../kernel/price.mapper.js'
import type { RequestContext } from '#context/request-context.js'

const toStep = ({ outcome, from, to, ...step }: MigrationStep): PlanMigrationStep => ({
  __typename: 'PlanMigrationStep',
  ...step,
  fromVersion: toPlanVersion(from),
  toVersion: toPlanVersion(to),
  effectiveAt: outcome.kind === 'skipped' ? null : outcome.effectiveAt,
  priceBefore: outcome.kind === 'terms and price' ? toPrice(outcome.from) : null,
  priceAfter: outcome.kind === 'terms and price' ? toPrice(outcome.to) : null,
  skippedReason: outcome.kind === 'skipped' ? outcome.reason : null,
})

@Resolver(() => PlanMigration)
export class MigratePlanResolver {
  @mutation(
    'Moves subscribers of earlier plan versions to the current version. Dry run by default. Requires an operator.',
    () => PlanMigrationResult,
  )
  async migratePlan(
    @Ctx() context: RequestContext,
    @arg('input', 'Plan to migrate, and whether to execute the migration.', () => MigratePlanInput)
    input: MigratePlanInput,
  ): Promise<PlanMigrationResult> {
    const outcome = await migratePlan(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    const { plan, dryRun, steps } = outcome
    return { __typename: 'PlanMigration', plan: toPlan(plan), dryRun, steps: steps.map(toStep) }
  }
}
