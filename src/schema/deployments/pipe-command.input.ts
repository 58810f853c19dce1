import { Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'

/** An adapter at one end of a pipe. */
@inputType('An adapter at one end of a pipe.')
export class PipeAdapterInput {
  @field('Which adapter.', () => String)
  code!: string

  @field('As what.', () => String, { nullable: true })
  role?: string | null

  @field('Its settings. Only the agent reads their values.', () => JSONValue, { nullable: true })
  config?: unknown
}

/** Sets a pipe between applications in motion. */
@inputType('Sets a pipe between applications in motion.')
export class ActivatePipeCommandInput {
  @field('The pipe.', () => String)
  pipeInstanceId!: string

  @field('Where data comes from, by an adapter.', () => PipeAdapterInput, { nullable: true })
  sourceAdapter?: PipeAdapterInput | null

  @field('Where data comes from, by a container.', () => String, { nullable: true })
  sourceContainer?: string | null

  @field('The path there.', () => String, { nullable: true, defaultValue: '/' })
  sourceEndpoint?: string | null

  @field('The method there.', () => String, { nullable: true, defaultValue: 'GET' })
  sourceMethod?: string | null

  @field('Where data goes, by a container.', () => String, { nullable: true })
  targetContainer?: string | null

  @field('Where data goes, by its address.', () => String, { nullable: true })
  targetUrl?: string | null

  @field('Where data goes, by an adapter.', () => PipeAdapterInput, { nullable: true })
  targetAdapter?: PipeAdapterInput | null

  @field('The path there.', () => String, { nullable: true, defaultValue: '/' })
  targetEndpoint?: string | null

  @field('The method there.', () => String, { nullable: true, defaultValue: 'POST' })
  targetMethod?: string | null

  @field('Which field of the source becomes which of the target.', () => JSONValue, { nullable: true })
  fieldMapping?: unknown

  @field('The message broker. Only the agent reads it.', () => String, { nullable: true })
  sourceBrokerUrl?: string | null

  @field('The queue there.', () => String, { nullable: true })
  sourceQueue?: string | null

  @field('The exchange there.', () => String, { nullable: true })
  sourceExchange?: string | null

  @field('The routing key there.', () => String, { nullable: true })
  sourceRoutingKey?: string | null

  @field(
    'What sets it off: one of `webhook`, `poll`, `manual`, `websocket`, `ws`, `grpc`, `amqp`, `rabbitmq`.',
    () => String,
    { nullable: true, defaultValue: 'webhook' },
  )
  triggerType?: string | null

  @field('How often to look, for poll. Agents of this version use their own setting: 10 to 86400.', () => Int, {
    nullable: true,
    defaultValue: 300,
  })
  pollIntervalSecs?: number | null
}

/** Ends a pipe. */
@inputType('Ends a pipe.')
export class DeactivatePipeCommandInput {
  @field('The pipe.', () => String)
  pipeInstanceId!: string
}

/** Runs a pipe once. */
@inputType('Runs a pipe once.')
export class TriggerPipeCommandInput {
  @field('The pipe.', () => String)
  pipeInstanceId!: string

  @field('Where data comes from, by an adapter.', () => PipeAdapterInput, { nullable: true })
  sourceAdapter?: PipeAdapterInput | null

  @field('Where data comes from, by a container.', () => String, { nullable: true })
  sourceContainer?: string | null

  @field('The path there.', () => String, { nullable: true })
  sourceEndpoint?: string | null

  @field('The method there.', () => String, { nullable: true })
  sourceMethod?: string | null

  @field('Where data goes, by a container.', () => String, { nullable: true })
  targetContainer?: string | null

  @field('Where data goes, by its address.', () => String, { nullable: true })
  targetUrl?: string | null

  @field('Where data goes, by an adapter.', () => PipeAdapterInput, { nullable: true })
  targetAdapter?: PipeAdapterInput | null

  @field('The path there.', () => String, { nullable: true })
  targetEndpoint?: string | null

  @field('The method there.', () => String, { nullable: true })
  targetMethod?: string | null

  @field('Which field of the source becomes which of the target.', () => JSONValue, { nullable: true })
  fieldMapping?: unknown

  @field('What to send instead of what the source gives.', () => JSONValue, { nullable: true })
  inputData?: unknown

  @field(
    'As what it is set off: one of `webhook`, `poll`, `manual`, `websocket`, `ws`, `grpc`, `amqp`, `rabbitmq`.',
    () => String,
    { nullable: true, defaultValue: 'manual' },
  )
  triggerType?: string | null
}
