import { z } from 'zod'
import { anyObject, oneOf, redacted, secret, text, whole } from './field-schemas.js'

const BROKERS: readonly string[] = ['amqp', 'rabbitmq']
const TRIGGERS = ['webhook', 'poll', 'manual', 'websocket', 'ws', 'grpc', 'amqp', 'rabbitmq'] as const

const adapter = () =>
  z.strictObject({
    code: text(100).describe('Code of the adapter.'),
    role: text(100).optional().describe('Role of the adapter in the pipe.'),
    config: secret(anyObject()).optional().describe('Settings of the adapter. Only the agent can read their values.'),
  })
const pipeInstance = () => text(200).describe('ID of the pipe.')
const endpoints = {
  source_adapter: adapter().optional().describe('Adapter that provides the data.'),
  source_container: text(200).optional().describe('Container that provides the data.'),
  source_endpoint: redacted(text(2000)).default('/').describe('Path at the source.'),
  source_method: text(20).default('GET').describe('HTTP method at the source.'),
  target_container: text(200).optional().describe('Container that receives the data.'),
  target_url: redacted(text(2000)).optional().describe('URL that receives the data.'),
  target_adapter: adapter().optional().describe('Adapter that receives the data.'),
  target_endpoint: redacted(text(2000)).default('/').describe('Path at the target.'),
  target_method: text(20).default('POST').describe('HTTP method at the target.'),
  field_mapping: anyObject().optional().describe('Mapping of source fields to target fields.'),
}

/** Exactly one target, without further fields. */
const targets = (given: { target_container?: string; target_url?: string; target_adapter?: object }): number =>
  [given.target_container, given.target_url, given.target_adapter].filter((target) => target !== undefined).length

/** Parameters of the commands about pipes. */
export const pipeShapes = {
  activate_pipe: z
    .strictObject({
      pipe_instance_id: pipeInstance(),
      ...endpoints,
      source_broker_url: secret(text(2000))
        .optional()
        .describe('URL of the message broker. Only the agent can read it.'),
      source_queue: text(500).optional().describe('Queue of the message broker.'),
      source_exchange: text(500).optional().describe('Exchange of the message broker.'),
      source_routing_key: text(500).optional().describe('Routing key of the message broker.'),
      trigger_type: oneOf(TRIGGERS).default('webhook').describe('Trigger of the pipe.'),
      poll_interval_secs: whole(10, 86_400, 'seconds')
        .default(300)
        .describe('Poll interval in seconds. Agents of this version use their own setting.'),
    })
    .refine((given) => targets(given) === 1, {
      path: ['target_container'],
      message: 'one of target_container, target_url and target_adapter is required',
    })
    .refine(
      ({ trigger_type: trigger, source_broker_url: broker, source_queue: queue }) =>
        !BROKERS.includes(trigger) || (broker !== undefined && queue !== undefined),
      { path: ['source_broker_url'], message: 'is required with source_queue for a message broker' },
    ),
  deactivate_pipe: z.strictObject({ pipe_instance_id: pipeInstance() }),
  trigger_pipe: z.strictObject({
    pipe_instance_id: pipeInstance(),
    ...endpoints,
    // Left out, the activated pipe's own are used.
    source_endpoint: redacted(text(2000)).optional().describe('Path at the source.'),
    source_method: text(20).optional().describe('HTTP method at the source.'),
    target_endpoint: redacted(text(2000)).optional().describe('Path at the target.'),
    target_method: text(20).optional().describe('HTTP method at the target.'),
    input_data: redacted(z.unknown()).optional().describe("Data to send instead of the source's data."),
    trigger_type: oneOf(TRIGGERS).default('manual').describe('Trigger to simulate.'),
  }),
}
