/**
 * Tables of which a sync of a subscription writes rows that represent the state at the provider, with their keys and with the relation of the
 * rows to the subscription. All their columns are compared. A test requires that a sync writes no other table than these and those that
 * record what happened.
 */
export const SYNCED_TABLES = {
  billing_subscription: ['external_id', 'is'],
  product_subscription: ['external_id', 'is'],
  subscription_item: ['external_id', 'belongsTo'],
  recurring_period: ['started_at::text', 'belongsTo'],
  plan_assignment: ['id', 'comesFrom'],
  package_assignment: ['id', 'comesFrom'],
  template_ownership: ['id', 'comesFrom'],
} as const
