import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { moreField } from './more-field.js'
import { PipeState } from './result-states.type.js'

@objectType('Result of activating, deactivating or running a pipe. Scheduled runs are not reported.')
export class PipeResult {
  readonly __typename!: 'PipeResult'

  @field('ID of the pipe.', () => String, { nullable: true })
  pipeInstanceId!: string | null

  @field('State of the pipe.', () => PipeState)
  state!: PipeState

  @field('Whether the pipe is active.', () => Boolean, { nullable: true })
  active!: boolean | null

  @field('Trigger of the pipe.', () => String, { nullable: true })
  triggerType!: string | null

  @field('Whether the pipe replaced another one.', () => Boolean, { nullable: true })
  replaced!: boolean | null

  @field('Whether the pipe had been active before.', () => Boolean, { nullable: true })
  reactivated!: boolean | null

  @field('Whether a pipe was deactivated.', () => Boolean, { nullable: true })
  removed!: boolean | null

  @field('Time the pipe was activated.', () => DateTime, { nullable: true })
  activatedAt!: Date | null

  @field('Time the pipe was deactivated.', () => DateTime, { nullable: true })
  deactivatedAt!: Date | null

  @field('Time of the last run.', () => DateTime, { nullable: true })
  lastTriggeredAt!: Date | null

  @field('Error of the last failed run. Null if none.', () => String, { nullable: true })
  lastError!: string | null

  @field('Number of runs.', () => SafeInt, { nullable: true })
  triggerCount!: number | null

  @field('Whether the run succeeded.', () => Boolean, { nullable: true })
  success!: boolean | null

  @field('Data read from the source by a run.', () => JSONValue, { nullable: true })
  sourceData!: unknown

  @field('Mapped data of a run.', () => JSONValue, { nullable: true })
  mappedData!: unknown

  @field('Response of the target to a run.', () => JSONValue, { nullable: true })
  targetResponse!: unknown

  @field('Error of a run. Null if none.', () => String, { nullable: true })
  error!: string | null

  @field('Time of the run.', () => DateTime, { nullable: true })
  triggeredAt!: Date | null

  @moreField()
  more!: unknown
}
