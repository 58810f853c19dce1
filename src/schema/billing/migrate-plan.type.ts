import { ID, Int } from 'type-graphql'
import { Plan } from '../catalog/plan.type.js'
import { Price } from '../catalog/price.type.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime } from '../kernel/scalars.js'

/** Which subscribers to move. */
@inputType('Moves the subscribers of earlier versions of a plan to the present one.')
export class MigratePlanInput {
  @field("The plan's code.", () => String)
  plan!: string

  @field('Only say what would be done.', () => Boolean, { nullable: true, defaultValue: true })
  dryRun?: boolean | null
}

/** What is done with one subscriber. */
@objectType('What a migration does, or would do, with one subscriber.')
export class PlanMigrationStep {
  readonly __typename!: 'PlanMigrationStep'

  @field('Whose subscription.', () => ID)
  accountId!: string

  @field('Which subscription.', () => ID)
  subscriptionId!: string

  @field('The version of the plan that it has.', () => Int)
  fromVersion!: number

  @field('The version that it is moved to.', () => Int)
  toVersion!: number

  @field(
    'When the new terms hold: now, or with a new price when the paid period ends. Null: it is left alone.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  effectiveAt!: Date | null

  @field('What it pays now; null when the price stays as it is.', () => Price, { nullable: true })
  priceBefore!: Price | null

  @field('What it will pay; null when the price stays as it is.', () => Price, { nullable: true })
  priceAfter!: Price | null

  @field('Why it is left alone; null when it is moved.', () => String, { nullable: true })
  leftAloneBecause!: string | null
}

/** A migration of subscribers. */
@objectType('A migration of the subscribers of a plan to its present version, or the preview of one.')
export class PlanMigration {
  readonly __typename!: 'PlanMigration'

  @field('The plan in its present version.', () => Plan)
  plan!: Plan

  @field('Whether it was only looked at.', () => Boolean)
  dryRun!: boolean

  @field('One for each subscriber of an earlier version.', () => [PlanMigrationStep])
  steps!: readonly PlanMigrationStep[]
}

/** What `migratePlan` answers. */
export const PlanMigrationResult = unionType('PlanMigrationResult', 'The migration, or why there is none.', () => [
  PlanMigration,
  Refused,
])
export type PlanMigrationResult = PlanMigration | Refused
