import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { CommandError } from './command.type.js'
import { moreField } from './more-field.js'
import { ActionStatus, ContainerState } from './result-states.type.js'

/** What came of a restart, a start or a stop. */
@objectType('What came of a restart, a start or a stop.')
export class ContainerActionResult {
  readonly __typename!: 'ContainerActionResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('Whether it was done.', () => ActionStatus)
  status!: ActionStatus

  @field('The state of the container afterwards.', () => ContainerState)
  containerState!: ContainerState

  @field('What went wrong on the way.', () => [CommandError])
  errors!: readonly CommandError[]

  @moreField()
  more!: unknown
}

/** What came of installing an application. */
@objectType('What came of installing an application.')
export class DeployResult {
  readonly __typename!: 'DeployResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('`deployed`, or `failed`.', () => String, { nullable: true })
  status!: string | null

  @field('The state of its container afterwards.', () => ContainerState)
  containerState!: ContainerState

  @field('How its containers are run.', () => String, { nullable: true })
  runtime!: string | null

  @field('When.', () => DateTime, { nullable: true })
  deployedAt!: Date | null

  @field('What Docker said.', () => String, { nullable: true })
  output!: string | null

  @field('What is worth saying.', () => JSONValue, { nullable: true })
  warnings!: unknown

  @field('What went wrong on the way.', () => [CommandError])
  errors!: readonly CommandError[]

  @moreField()
  more!: unknown
}

/** What came of removing an application. */
@objectType('What came of removing an application.')
export class RemoveResult {
  readonly __typename!: 'RemoveResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('`removed`, or `failed`.', () => String, { nullable: true })
  status!: string | null

  @field('When.', () => DateTime, { nullable: true })
  removedAt!: Date | null

  @field('What went wrong on the way.', () => [CommandError])
  errors!: readonly CommandError[]

  @moreField()
  more!: unknown
}

/** What came of a command inside a container. */
@objectType('What came of a command inside a container.')
export class ExecResult {
  readonly __typename!: 'ExecResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('What was run.', () => String, { nullable: true })
  command!: string | null

  @field('Its exit code; null when it was killed.', () => SafeInt, { nullable: true })
  exitCode!: number | null

  @field('Its output.', () => String, { nullable: true })
  stdout!: string | null

  @field('Its output of errors.', () => String, { nullable: true })
  stderr!: string | null

  @field('Whether something secret was hidden in it.', () => Boolean)
  redacted!: boolean

  @field('When.', () => DateTime, { nullable: true })
  executedAt!: Date | null

  @moreField()
  more!: unknown
}

/** What came of a command line on the server. */
@objectType('What came of a command line on the server.')
export class ShellResult {
  readonly __typename!: 'ShellResult'

  @field('Its output.', () => String, { nullable: true })
  stdout!: string | null

  @field('Its output of errors.', () => String, { nullable: true })
  stderr!: string | null

  @field('Its exit code; null when it was killed.', () => SafeInt, { nullable: true })
  exitCode!: number | null

  @moreField()
  more!: unknown
}

/** What came of a command that this catalogue does not know. */
@objectType('What came of a command that this catalogue does not know.')
export class OtherResult {
  readonly __typename!: 'OtherResult'

  @field('As the agent reported it.', () => JSONValue, { nullable: true })
  value!: unknown
}
