import { Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'

@inputType('An adapter at one end of a pipe.')
export class PipeAdapterInput {
  @field('Code of the adapter.', () => String)
  code!: string

  @field('Role of the adapter in the pipe.', () => String, { nullable: true })
  role?: string | null

  @field('Settings of the adapter. Only the agent can read their values.', () => JSONValue, { nullable: true })
  config?: unknown
}

@inputType('Activates a pipe that forwards data between applications.')
export class ActivatePipeCommandInput {
  @field('ID of the pipe to activate.', () => String)
  pipeInstanceId!: string

  @field('Adapter that provides the data.', () => PipeAdapterInput, { nullable: true })
  sourceAdapter?: PipeAdapterInput | null

  @field('Container that provides the data.', () => String, { nullable: true })
  sourceContainer?: string | null

  @field('Path at the source.', () => String, { nullable: true, defaultValue: '/' })
  sourceEndpoint?: string | null

  @field('HTTP method at the source.', () => String, { nullable: true, defaultValue: 'GET' })
  sourceMethod?: string | null

  @field('Container that receives the data.', () => String, { nullable: true })
  targetContainer?: string | null

  @field('URL that receives the data.', () => String, { nullable: true })
  targetUrl?: string | null

  @field('Adapter that receives the data.', () => PipeAdapterInput, { nullable: true })
  targetAdapter?: PipeAdapterInput | null

  @field('Path at the target.', () => String, { nullable: true, defaultValue: '/' })
  targetEndpoint?: string | null

  @field('HTTP method at the target.', () => String, { nullable: true, defaultValue: 'POST' })
  targetMethod?: string | null

  @field('Mapping of source fields to target fields.', () => JSONValue, { nullable: true })
  fieldMapping?: unknown

  @field('URL of the message broker. Only the agent can read it.', () => String, { nullable: true })
  sourceBrokerUrl?: string | null

  @field('Queue of the message broker.', () => String, { nullable: true })
  sourceQueue?: string | null

  @field('Exchange of the message broker.', () => String, { nullable: true })
  sourceExchange?: string | null

  @field('Routing key of the message broker.', () => String, { nullable: true })
  sourceRoutingKey?: string | null

  @field('Trigger: `webhook`, `poll`, `manual`, `websocket`, `ws`, `grpc`, `amqp` or `rabbitmq`.', () => String, {
    nullable: true,
    defaultValue: 'webhook',
  })
  triggerType?: string | null

  @field('Poll interval in seconds, 10–86400. Agents of this version use their own setting.', () => Int, {
    nullable: true,
    defaultValue: 300,
  })
  pollIntervalSecs?: number | null
}

@inputType('Deactivates a pipe.')
export class DeactivatePipeCommandInput {
  @field('ID of the pipe to deactivate.', () => String)
  pipeInstanceId!: string
}

@inputType('Runs a pipe once.')
export class TriggerPipeCommandInput {
  @field('ID of the pipe to run.', () => String)
  pipeInstanceId!: string

  @field('Adapter that provides the data.', () => PipeAdapterInput, { nullable: true })
  sourceAdapter?: PipeAdapterInput | null

  @field('Container that provides the data.', () => String, { nullable: true })
  sourceContainer?: string | null

  @field('Path at the source.', () => String, { nullable: true })
  sourceEndpoint?: string | null

  @field('HTTP method at the source.', () => String, { nullable: true })
  sourceMethod?: string | null

  @field('Container that receives the data.', () => String, { nullable: true })
  targetContainer?: string | null

  @field('URL that receives the data.', () => String, { nullable: true })
  targetUrl?: string | null

  @field('Adapter that receives the data.', () => PipeAdapterInput, { nullable: true })
  targetAdapter?: PipeAdapterInput | null

  @field('Path at the target.', () => String, { nullable: true })
  targetEndpoint?: string | null

  @field('HTTP method at the target.', () => String, { nullable: true })
  targetMethod?: string | null

  @field('Mapping of source fields to target fields.', () => JSONValue, { nullable: true })
  fieldMapping?: unknown

  @field("Data to send instead of the source's data.", () => JSONValue, { nullable: true })
  inputData?: unknown

  @field(
    'Trigger to simulate: `webhook`, `poll`, `manual`, `websocket`, `ws`, `grpc`, `amqp` or `rabbitmq`.',
    () => String,
    { nullable: true, defaultValue: 'manual' },
  )
  triggerType?: string | null
}
