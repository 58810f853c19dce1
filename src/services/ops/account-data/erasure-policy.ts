/**
 * Erasure policy: per table, delete, keep or anonymize the rows of a deleted account. Financial records must be kept by
 * law, without personal data. A test requires an entry for every table.
 */
export interface ErasureRule {
  readonly table: string
  readonly on: 'delete' | 'keep' | 'anonymize'
  /** SQL assignments that anonymize a row; `$1` is the account. */
  readonly set?: string
  /** True if it is part of an export: what only steers our own work is not. */
  readonly exported: boolean
}

const deleteRows = (table: string, exported = true): ErasureRule => ({ table, on: 'delete', exported })
const keepRows = (table: string, exported = true): ErasureRule => ({ table, on: 'keep', exported })
const anonymizeRows = (table: string, set: string, exported = true): ErasureRule => ({
  table,
  on: 'anonymize',
  set,
  exported,
})

/** Every table with an account, in an order in which rows can be deleted. */
export const ERASURE_POLICY: readonly ErasureRule[] = [
  deleteRows('command_report'),
  deleteRows('command'),
  deleteRows('app_state'),
  deleteRows('server_metrics'),
  deleteRows('agent_alarm'),
  deleteRows('agent_outage'),
  deleteRows('agent_notification'),
  deleteRows('enrollment_token'),
  deleteRows('compose_agent'),
  deleteRows('retired_agent_token', false),
  deleteRows('agent'),
  // A deployment without its events restarts its sequence.
  anonymizeRows('deployment', `name = null, apps = '[]', status = 'STOPPED', version = 0`),
  deleteRows('broker_message', false),
  deleteRows('webhook_delivery'),
  deleteRows('webhook_endpoint'),
  deleteRows('service_key'),
  deleteRows('invitation'),
  deleteRows('member'),
  // The number of members that seats were counted by belongs to what was billed.
  keepRows('member_count'),
  deleteRows('mail_message'),
  deleteRows('idempotency_key', false),
  // Pending entries are still processed unchanged.
  anonymizeRows('outbox_event', `payload = case when state = 'RELAYED' then '{}'::jsonb else payload end`, false),
  keepRows('scheduled_job', false),
  anonymizeRows('allocation', `released_at = coalesce(released_at, allocated_at)`),
  keepRows('allocation_period'),
  anonymizeRows('reservation', 'reference = null'),
  anonymizeRows('ledger_entry', 'reference = null'),
  keepRows('credit_grant'),
  keepRows('credit_debt'),
  keepRows('quota_usage'),
  deleteRows('usage_warning'),
  keepRows('usage_report'),
  keepRows('usage_watermark', false),
  anonymizeRows('entitlement_override', `reason = 'deleted'`),
  keepRows('plan_assignment'),
  keepRows('package_assignment'),
  keepRows('template_ownership'),
  keepRows('template_install'),
  anonymizeRows('template_rating', 'comment = null'),
  keepRows('earnings_entry'),
  keepRows('vendor_payout'),
  // Purchases from a vendor stay with their buyers.
  anonymizeRows('vendor', `name = 'Former vendor', description = null, website = null`),
  anonymizeRows('billing_customer', `email = '', name = null`),
  deleteRows('billing_notice'),
  anonymizeRows('subscription_change', 'reason = null, action_url = null'),
  keepRows('billing_subscription'),
  keepRows('requested_cancellation', false),
  // Hashes: a trial is not given again because the account was deleted.
  keepRows('trial_record', false),
  keepRows('product_subscription'),
  anonymizeRows('invoice', 'hosted_url = null, pdf_url = null'),
  keepRows('purchase'),
  keepRows('credit_adjustment'),
  anonymizeRows('checkout', `url = null, success_url = '', cancel_url = ''`),
  // The action is retained for its time, without details.
  anonymizeRows('audit_entry', `details = '{}'`),
  deleteRows('stream_event'),
  keepRows('event_retention', false),
  keepRows('analytics_checkpoint', false),
  keepRows('counted_purchase', false),
  keepRows('counted_checkout', false),
  keepRows('subscriber_period', false),
  keepRows('account_job'),
]

/** Rows that belong to an account through another of its rows, for the export: what finds them, `$1` being the account. */
export const INDIRECT_TABLES: Readonly<Record<string, string>> = {
  subscription_item: `t.subscription_id in (select id from billing_subscription where account_id = $1)`,
  refund: `t.purchase_id in (select id from purchase where account_id = $1)`,
  purchase_credit: `t.purchase_id in (select id from purchase where account_id = $1)`,
  dispute: `t.purchase_id in (select id from purchase where account_id = $1)`,
  app_user: `t.id in (select user_id from member where account_id = $1)`,
}

/** Columns that are hashed or sealed. Exports exclude them. */
export const SECRET_COLUMN = /sealed|secret|token/
