/** Days for which records of what happened are kept, where pages and the API name the period. */
export const KEPT_DAYS = {
  deploymentEvents: 90,
  operatorEvents: 30,
  /** Deliveries of webhooks that have ended. */
  webhookDeliveries: 30,
} as const
