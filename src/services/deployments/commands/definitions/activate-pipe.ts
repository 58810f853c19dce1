import { z } from 'zod'
import { arrangePipe } from '#services/deployments/model/arrange-result.js'
import { pipeResult } from '#services/deployments/model/shared-results.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { named, secret, text, whole } from '#services/deployments/model/field-schemas.js'
import { pipeEnds, pipeTrigger, targetCount } from '#services/deployments/model/pipe-inputs.js'

const BROKERS: readonly string[] = ['amqp', 'rabbitmq']

export const activatePipe = defineCommand({
  type: 'activate_pipe',
  summary: 'Activates a pipe that forwards data between applications.',
  button: { label: 'Activate Pipe', icon: 'fa-play-circle', scope: 'deployment', requires: 'pipes' },
  parameters: z
    .strictObject({
      pipe_instance_id: text(200).describe('ID of the pipe to activate.'),
      ...pipeEnds,
      source_broker_url: secret(text(2000))
        .optional()
        .describe('URL of the message broker. Only the agent can read it.'),
      source_queue: text(500).optional().describe('Queue of the message broker.'),
      source_exchange: text(500).optional().describe('Exchange of the message broker.'),
      source_routing_key: text(500).optional().describe('Routing key of the message broker.'),
      trigger_type: pipeTrigger().default('webhook').describe('Trigger of the pipe.'),
      poll_interval_secs: named('pollIntervalSeconds', whole(10, 86_400, 'seconds'))
        .default(300)
        .describe('Poll interval in seconds. Agents of this version use their own setting.'),
    })
    .refine((given) => targetCount(given) === 1, {
      path: ['target_container'],
      message: 'one of target_container, target_url and target_adapter is required',
    })
    .refine(
      ({ trigger_type: trigger, source_broker_url: broker, source_queue: queue }) =>
        !BROKERS.includes(trigger) || (broker !== undefined && queue !== undefined),
      { path: ['source_broker_url'], message: 'is required with source_queue for a message broker' },
    ),
  result: pipeResult,
  arrangeResult: arrangePipe,
})
