import { previewType } from '../kernel/payload.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'

export const PlannedOperation = enumType('PlannedOperation', 'Operation that can be planned.', {
  DEPLOY: 'Install or update every application.',
  DEPLOY_APP: 'Install or update one application.',
  ROLLBACK_DEPLOY: 'Return one application, or all, to the previous deployment.',
})
export type PlannedOperation = keyof typeof PlannedOperation

export const PlannedChange = enumType('PlannedChange', 'Change of one application by a planned operation.', {
  INSTALL: 'The application is installed.',
  UPDATE: 'The application is updated.',
  ROLLBACK: 'The application returns to an earlier deployment.',
})
export type PlannedChange = keyof typeof PlannedChange

/** `toCommand` is added by its resolver from `toCommandId`. */
@objectType('One command of a plan.')
export class DeploymentPlanStep {
  readonly __typename?: 'DeploymentPlanStep'

  @field('Code of the application.', () => String)
  appCode!: string

  @field('Type of the command.', () => String)
  commandType!: string

  @field('Change of the application.', () => PlannedChange)
  change!: PlannedChange

  /** ID of the command that `toCommand` loads. Null unless the step returns to it. */
  toCommandId!: string | null

  @field(
    'Parameters of the command. Secrets of an earlier deployment are masked and must be entered again.',
    () => JSONValue,
  )
  parameters!: unknown
}

@previewType('Commands of an operation. None of them is enqueued.')
export class DeploymentPlan {
  @field('Identifies the state that the plan was made for. It changes if the plan changes.', () => String, {
    nullable: true,
  })
  fingerprint!: string | null

  @field('Commands in their order, at most one for each application.', () => [DeploymentPlanStep], { nullable: true })
  steps!: readonly DeploymentPlanStep[] | null

  @field('Warnings to show before continuing.', () => [String], { nullable: true })
  warnings!: readonly string[] | null
}
