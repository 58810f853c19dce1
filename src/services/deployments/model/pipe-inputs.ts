import { anyObject, inputType, oneOf, redacted, secret, text } from './field-schemas.js'

// Parameters that commands about pipes share.

export const pipeTrigger = () =>
  oneOf('PipeTrigger', 'Trigger of a pipe.', {
    webhook: 'A request to the webhook of the pipe.',
    poll: 'A poll of the source at an interval.',
    manual: 'A call by a person.',
    websocket: 'A message on a WebSocket.',
    ws: 'A message on a WebSocket. The same as WEBSOCKET.',
    grpc: 'A message of a gRPC stream.',
    amqp: 'A message of an AMQP queue.',
    rabbitmq: 'A message of a RabbitMQ queue. The same as AMQP.',
  })

const adapter = inputType('PipeAdapterInput', 'An adapter at one end of a pipe.', {
  code: text(100).describe('Code of the adapter.'),
  role: text(100).optional().describe('Role of the adapter in the pipe.'),
  config: secret(anyObject()).optional().describe('Settings of the adapter. Only the agent can read their values.'),
})

/** Source and target of a pipe. */
export const pipeEnds = {
  source_adapter: adapter.optional().describe('Adapter that provides the data.'),
  source_container: text(200).optional().describe('Container that provides the data.'),
  source_endpoint: redacted(text(2000)).default('/').describe('Path at the source.'),
  source_method: text(20).default('GET').describe('HTTP method at the source.'),
  target_container: text(200).optional().describe('Container that receives the data.'),
  target_url: redacted(text(2000)).optional().describe('URL that receives the data.'),
  target_adapter: adapter.optional().describe('Adapter that receives the data.'),
  target_endpoint: redacted(text(2000)).default('/').describe('Path at the target.'),
  target_method: text(20).default('POST').describe('HTTP method at the target.'),
  field_mapping: anyObject().optional().describe('Mapping of source fields to target fields.'),
}

/** Number of targets. A pipe has exactly one. */
export const targetCount = (given: {
  target_container?: string
  target_url?: string
  target_adapter?: object
}): number =>
  [given.target_container, given.target_url, given.target_adapter].filter((target) => target !== undefined).length
