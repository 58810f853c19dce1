import { z } from 'zod'
import { anyObject, oneOf, redacted, secret, text, whole } from './field-shapes.js'

const BROKERS: readonly string[] = ['amqp', 'rabbitmq']
const TRIGGERS = ['webhook', 'poll', 'manual', 'websocket', 'ws', 'grpc', 'amqp', 'rabbitmq'] as const

const adapter = () =>
  z.strictObject({
    code: text(100).describe('Which adapter.'),
    role: text(100).optional().describe('As what.'),
    config: secret(anyObject()).optional().describe('Its settings. Only the agent reads their values.'),
  })
const pipeInstance = () => text(200).describe('The pipe.')
const endpoints = {
  source_adapter: adapter().optional().describe('Where data comes from, by an adapter.'),
  source_container: text(200).optional().describe('Where data comes from, by a container.'),
  source_endpoint: redacted(text(2000)).default('/').describe('The path there.'),
  source_method: text(20).default('GET').describe('The method there.'),
  target_container: text(200).optional().describe('Where data goes, by a container.'),
  target_url: redacted(text(2000)).optional().describe('Where data goes, by its address.'),
  target_adapter: adapter().optional().describe('Where data goes, by an adapter.'),
  target_endpoint: redacted(text(2000)).default('/').describe('The path there.'),
  target_method: text(20).default('POST').describe('The method there.'),
  field_mapping: anyObject().optional().describe('Which field of the source becomes which of the target.'),
}

/** Exactly one target, and nothing beside it. */
const targets = (given: { target_container?: string; target_url?: string; target_adapter?: object }): number =>
  [given.target_container, given.target_url, given.target_adapter].filter((target) => target !== undefined).length

/** Parameters of the commands about pipes. */
export const pipeShapes = {
  activate_pipe: z
    .strictObject({
      pipe_instance_id: pipeInstance(),
      ...endpoints,
      source_broker_url: secret(text(2000)).optional().describe('The message broker. Only the agent reads it.'),
      source_queue: text(500).optional().describe('The queue there.'),
      source_exchange: text(500).optional().describe('The exchange there.'),
      source_routing_key: text(500).optional().describe('The routing key there.'),
      trigger_type: oneOf(TRIGGERS).default('webhook').describe('What sets it off.'),
      poll_interval_secs: whole(10, 86_400, 'seconds')
        .default(300)
        .describe('How often to look, for poll. Agents of this version use their own setting.'),
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
    source_endpoint: redacted(text(2000)).optional().describe('The path there.'),
    source_method: text(20).optional().describe('The method there.'),
    target_endpoint: redacted(text(2000)).optional().describe('The path there.'),
    target_method: text(20).optional().describe('The method there.'),
    input_data: redacted(z.unknown()).optional().describe('What to send instead of what the source gives.'),
    trigger_type: oneOf(TRIGGERS).default('manual').describe('As what it is set off.'),
  }),
}
