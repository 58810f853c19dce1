/**
 * What becomes of an account's rows in each table when the account is deleted. What the law makes us keep (money, and what was granted
 * for it) stays, without what says who it was. A test holds this list against the database: a new table needs a word here.
 */
export interface Holding {
  readonly table: string
  readonly on: 'delete' | 'keep' | 'anonymise'
  /** What is set when it is anonymised; `$1` is the account. */
  readonly set?: string
  /** Whether it is part of an export: what only steers our own work is not. */
  readonly exported: boolean
}

const gone = (table: string, exported = true): Holding => ({ table, on: 'delete', exported })
const kept = (table: string, exported = true): Holding => ({ table, on: 'keep', exported })
const unnamed = (table: string, set: string, exported = true): Holding => ({ table, on: 'anonymise', set, exported })

/** Every table with an account, in an order in which rows can be deleted. */
export const HOLDINGS: readonly Holding[] = [
  gone('command_report'),
  gone('command'),
  gone('app_state'),
  gone('agent_sample'),
  gone('agent_alarm'),
  gone('agent_outage'),
  gone('agent_notification'),
  gone('enrolment'),
  gone('compose_agent'),
  gone('earlier_token', false),
  gone('agent'),
  // Without its events a deployment begins to count anew.
  unnamed('deployment', `name = null, apps = '[]', status = 'STOPPED', version = 0`),
  gone('broker_message', false),
  gone('webhook_delivery'),
  gone('webhook_endpoint'),
  gone('service_key'),
  gone('invitation'),
  gone('member'),
  // The number of members that seats were counted by belongs to what was billed.
  kept('member_count'),
  gone('mail_message'),
  gone('idempotency_key', false),
  // What still waits is carried out as it is.
  unnamed('outbox_event', `payload = case when state = 'RELAYED' then '{}'::jsonb else payload end`, false),
  kept('due', false),
  unnamed('allocation', `released_at = coalesce(released_at, allocated_at)`),
  kept('allocation_period'),
  unnamed('reservation', 'reference = null'),
  unnamed('ledger_entry', 'reference = null'),
  kept('credit_grant'),
  kept('credit_debt'),
  kept('quota_usage'),
  gone('usage_warning'),
  kept('usage_report'),
  kept('usage_watermark', false),
  unnamed('entitlement_override', `reason = 'deleted'`),
  kept('plan_assignment'),
  kept('package_assignment'),
  kept('template_ownership'),
  kept('template_install'),
  unnamed('template_rating', 'comment = null'),
  kept('vendor_entry'),
  kept('vendor_payout'),
  // What others bought of a vendor stays theirs.
  unnamed('vendor', `name = 'Former vendor', description = null, website = null`),
  unnamed('billing_customer', `email = '', name = null`),
  gone('billing_notice'),
  unnamed('subscription_change', 'reason = null, action_url = null'),
  kept('billing_subscription'),
  kept('subscription_ending', false),
  // Hashes: a trial is not given again because the account was deleted.
  kept('trial_record', false),
  kept('product_subscription'),
  unnamed('invoice', 'hosted_url = null, pdf_url = null'),
  kept('purchase'),
  kept('credit_adjustment'),
  unnamed('checkout', `url = null, success_url = '', cancel_url = ''`),
  // Who did what is kept for its time; with what is not.
  unnamed('audit_entry', `details = '{}'`),
  gone('stream_event'),
  kept('forgotten_events', false),
  kept('analytics_mark', false),
  kept('purchase_tally', false),
  kept('checkout_tally', false),
  kept('subscriber_span', false),
  kept('account_task'),
]

/** Rows that belong to an account through another of its rows, for the export: what finds them, `$1` being the account. */
export const HELD_THROUGH: Readonly<Record<string, string>> = {
  subscription_item: `t.subscription_id in (select id from billing_subscription where account_id = $1)`,
  refund: `t.purchase_id in (select id from purchase where account_id = $1)`,
  purchase_credit: `t.purchase_id in (select id from purchase where account_id = $1)`,
  dispute: `t.purchase_id in (select id from purchase where account_id = $1)`,
  app_user: `t.id in (select user_id from member where account_id = $1)`,
}

/** Columns that are kept hashed or sealed so that nobody reads them; an export does not either. */
export const SECRET_COLUMN = /sealed|secret|token/
