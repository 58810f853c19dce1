import type { RequestContext } from '../context/request-context.js'
import { queueBrokerMessage } from '../services/deployments/broker/queue-message.js'
import { startBrokerSender } from '../services/deployments/broker/send-messages.js'
import { notifyEndpointDisabled } from '../services/identity/webhooks/notify-endpoint-disabled.js'
import { startWebhookSender } from '../services/kernel/outbound-webhooks/deliver-webhooks.js'
import { fanOutWebhooks } from '../services/kernel/outbound-webhooks/fan-out.js'
import type { OutboxHandler } from '../services/kernel/outbox/relay-outbox.js'
import { startCategorySync } from '../services/marketplace/categories/sync-categories.js'
import { queueSync } from '../services/marketplace/sync/queue-sync.js'
import { startSyncSender } from '../services/marketplace/sync/send-sync.js'
import { startPlanImport } from '../services/marketplace/user-service/import-plans-and-prices.js'

/** Who outside the house hears of every piece of news: each writes down what is to be sent, and sends it in its own time. */
export const integrationHandlers = (system: RequestContext): OutboxHandler[] => [
  fanOutWebhooks,
  queueBrokerMessage,
  (event) => queueSync(event, system),
]

/** What sends it, and what is read from siblings. */
export function startIntegrationWorkers(system: RequestContext): { stop(): Promise<void> }[] {
  const { userService, config } = system
  return [
    startWebhookSender(system, notifyEndpointDisabled(system)),
    ...(config.amqpUrl ? [startBrokerSender(system, config.amqpUrl)] : []),
    ...(userService
      ? [
          startSyncSender(system, userService),
          startCategorySync(system, userService),
          startPlanImport(system, userService),
        ]
      : []),
  ]
}
