import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { moreField } from './more-field.js'
import { PipeState } from './result-states.type.js'

/** What came of activating, ending or running a pipe. What a pipe does by itself is not reported. */
@objectType('What came of activating, ending or running a pipe. What a pipe does by itself is not reported.')
export class PipeResult {
  readonly __typename!: 'PipeResult'

  @field('The pipe.', () => String, { nullable: true })
  pipeInstanceId!: string | null

  @field('Its state.', () => PipeState)
  state!: PipeState

  @field('Whether it runs now.', () => Boolean, { nullable: true })
  active!: boolean | null

  @field('What sets it off.', () => String, { nullable: true })
  triggerType!: string | null

  @field('Whether it took the place of another.', () => Boolean, { nullable: true })
  replaced!: boolean | null

  @field('Whether it had run before.', () => Boolean, { nullable: true })
  reactivated!: boolean | null

  @field('Whether there was one to end.', () => Boolean, { nullable: true })
  removed!: boolean | null

  @field('When it was activated.', () => DateTime, { nullable: true })
  activatedAt!: Date | null

  @field('When it was ended.', () => DateTime, { nullable: true })
  deactivatedAt!: Date | null

  @field('When it last ran.', () => DateTime, { nullable: true })
  lastTriggeredAt!: Date | null

  @field('Why it failed the last time.', () => String, { nullable: true })
  lastError!: string | null

  @field('How often it ran.', () => SafeInt, { nullable: true })
  triggerCount!: number | null

  @field('Of a run: whether it worked.', () => Boolean, { nullable: true })
  success!: boolean | null

  @field('Of a run: what was read.', () => JSONValue, { nullable: true })
  sourceData!: unknown

  @field('Of a run: what was made of it.', () => JSONValue, { nullable: true })
  mappedData!: unknown

  @field('Of a run: what the target answered.', () => JSONValue, { nullable: true })
  targetResponse!: unknown

  @field('Of a run: why it did not work.', () => String, { nullable: true })
  error!: string | null

  @field('Of a run: when.', () => DateTime, { nullable: true })
  triggeredAt!: Date | null

  @moreField()
  more!: unknown
}
