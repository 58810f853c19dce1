import type { RequestContext } from '../context/request-context.js'
import { queueBrokerMessage } from '../services/deployments/broker/queue-message.js'
import { notifyEndpointDisabled } from '../services/identity/webhooks/notify-endpoint-disabled.js'
import { startWebhookSender } from '../services/kernel/outbound-webhooks/deliver-webhooks.js'
import { fanOutWebhooks } from '../services/kernel/outbound-webhooks/fan-out.js'
import type { OutboxHandler } from '../services/kernel/outbox/relay-outbox.js'
import { startCategorySync } from '../services/marketplace/categories/sync-categories.js'
import { queueSync } from '../services/marketplace/sync/queue-sync.js'
import { startSyncSender } from '../services/marketplace/sync/send-sync.js'
import { startPlanImport } from '../services/marketplace/user-service/import-plans-and-prices.js'

/** Integrations that receive every event: each queues its messages and sends them independently. */
export const integrationHandlers = (system: RequestContext): OutboxHandler[] => [
  fanOutWebhooks,
  queueBrokerMessage,
  (event) => queueSync(event, system),
]

/** Workers that send queued messages and read from integrations. */
export async function startIntegrationWorkers(system: RequestContext): Promise<{ stop(): Promise<void> }[]> {
  const { userService, config } = system
  const broker = config.amqpUrl && (await import('../services/deployments/broker/send-messages.js'))
  return [
    startWebhookSender(system, notifyEndpointDisabled(system)),
    ...(broker ? [broker.startBrokerSender(system, config.amqpUrl)] : []),
    ...(userService
      ? [
          startSyncSender(system, userService),
          startCategorySync(system, userService),
          startPlanImport(system, userService),
        ]
      : []),
  ]
}
