import { payload } from '../kernel/payload.js'
import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'
import { Actor } from '../identity/actor.type.js'
import { Plan } from '../catalog/plan.type.js'
import { PlanVersion } from '../catalog/plan-version.type.js'
import { Price } from '../catalog/price.type.js'

const PLAN_CODE = 'Code of the plan.'
const MIGRATION_ID = 'ID of the migration.'

/** Input of `migratePlan`. */
@ArgsType()
export class MigratePlanArgs {
  @field(PLAN_CODE, () => String)
  plan!: string

  @keyArgument()
  idempotencyKey!: string
}

/** Input of `stopPlanMigration`. */
@ArgsType()
export class StopPlanMigrationArgs {
  @argument('id', MIGRATION_ID, () => ID)
  planMigrationId!: string
}

/** Input of `resumePlanMigration`. */
@ArgsType()
export class ResumePlanMigrationArgs {
  @argument('id', MIGRATION_ID, () => ID)
  planMigrationId!: string
}

export const PlanMigrationStatus = enumType('PlanMigrationStatus', 'Status of a plan migration.', {
  RUNNING: 'Working on its steps.',
  STOPPED: 'Stopped by an operator. It can be resumed.',
  COMPLETED: 'Every step has a result.',
})
export type PlanMigrationStatus = keyof typeof PlanMigrationStatus

export const PlanMigrationStepStatus = enumType('PlanMigrationStepStatus', 'Status of a step of a plan migration.', {
  PENDING: 'Without a result yet.',
  APPLIED: 'The new terms are in effect.',
  SCHEDULED: 'The new terms and the new price take effect when the paid period ends.',
  SKIPPED: 'The subscription keeps its version. `skippedReason` has the reason.',
  FAILED: 'The change failed and the subscription keeps its version. `error` has the error.',
})
export type PlanMigrationStepStatus = keyof typeof PlanMigrationStepStatus

export const PlanMigrationSkipReason = enumType(
  'PlanMigrationSkipReason',
  'Reason why a subscription keeps its plan version.',
  {
    CHANGE_IN_PROGRESS: 'Another change is in progress.',
    CHANGE_SCHEDULED: 'Another change is scheduled.',
    ENDING: 'The subscription is scheduled to end.',
    ENDED: 'The subscription has ended.',
    NO_PRICE:
      'The plan has no price with this interval and currency, or one for overage that the payment provider cannot charge.',
    ALREADY_CURRENT: 'The subscription has the current version, or another plan.',
    NEWER_VERSION: 'A newer version of the plan was loaded during the migration. Start another migration.',
  },
)
export type PlanMigrationSkipReason = keyof typeof PlanMigrationSkipReason

@objectType("A migration of a plan's subscribers to one of its versions.", { implements: Node })
export class PlanMigration implements Node {
  readonly __typename!: 'PlanMigration'
  id!: string

  @field('Plan in its current version.', () => Plan)
  plan!: Plan

  @field('Version that the subscribers are migrated to.', () => PlanVersion)
  toVersion!: PlanVersion

  @field('Status of the migration.', () => PlanMigrationStatus)
  status!: PlanMigrationStatus

  @field('Operator who started it.', () => Actor)
  requestedBy!: Actor

  @field('Time it was started (business clock).', () => DateTime)
  createdAt!: Date

  @field('Time every step had a result (business clock). Null before.', () => DateTime, { nullable: true })
  finishedAt!: Date | null

  @field(
    'Error of the last attempt without a result. Null if the migration was completed or never had one.',
    () => String,
    {
      nullable: true,
    },
  )
  lastError!: string | null
}

/** `account` and `subscription` are added by resolvers. */
@objectType('One subscription of a plan migration.', { implements: Node })
export class PlanMigrationStep implements Node {
  readonly __typename!: 'PlanMigrationStep'
  id!: string

  /** Ids of the objects that `account` and `subscription` load. */
  accountId!: string
  subscriptionId!: string

  @field('Status of the step.', () => PlanMigrationStepStatus)
  status!: PlanMigrationStepStatus

  @field('Plan version when the migration was started.', () => PlanVersion)
  fromVersion!: PlanVersion

  @field('Price before the migration. Null while the step is pending.', () => Price, { nullable: true })
  priceBefore!: Price | null

  @field(
    'Price after the migration; it may be the same. Null while the step is pending, or if it is skipped.',
    () => Price,
    {
      nullable: true,
    },
  )
  priceAfter!: Price | null

  @field('Time the new terms take effect (business clock). Null without new terms.', () => DateTime, { nullable: true })
  effectiveAt!: Date | null

  @field('Reason the subscription keeps its version. Null if it is not skipped.', () => PlanMigrationSkipReason, {
    nullable: true,
  })
  skippedReason!: PlanMigrationSkipReason | null

  @field('Error of the last attempt. Null if it succeeded.', () => String, { nullable: true })
  error!: string | null

  @field('Time of the result (business clock). Null while the step is pending.', () => DateTime, { nullable: true })
  processedAt!: Date | null
}

/** A page of migrations. */
export const PlanMigrationConnection = connection('PlanMigration', 'plan migrations', () => PlanMigration)
export type PlanMigrationConnection = InstanceType<typeof PlanMigrationConnection>

/** A page of steps. */
export const PlanMigrationStepConnection = connection(
  'PlanMigrationStep',
  'steps of a plan migration',
  () => PlanMigrationStep,
)
export type PlanMigrationStepConnection = InstanceType<typeof PlanMigrationStepConnection>

export const PlanMigrationPayload = payload(PlanMigration)
