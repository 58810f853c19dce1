/** Days for which the events of deployments are kept. */
export const DEPLOYMENT_EVENT_DAYS = 90

/** Days for which the events for operators are kept. */
export const OPERATOR_EVENT_DAYS = 30

/** Days for which deliveries of webhooks that have ended are kept. */
export const WEBHOOK_DELIVERY_DAYS = 30
