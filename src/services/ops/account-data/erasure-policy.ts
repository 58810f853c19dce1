import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import { sql, type SelectQueryBuilder, type UpdateObject } from 'kysely'
import type { Tables } from '#entities/tables.js'
import { jsonb, type QueryBuilder } from '#services/kernel/database/query-builder.js'

/** Tables whose rows belong to an account. */
export type AccountTable = {
  [Table in keyof Tables]: 'accountId' extends keyof Tables[Table] ? Table : never
}[keyof Tables]

/**
 * Erasure policy: per table, delete, keep or anonymize the rows of a deleted account. Financial records must be kept by
 * law, without personal data. A test requires an entry for every table.
 */
export interface ErasureRule {
  readonly table: AccountTable
  readonly on: 'delete' | 'keep' | 'anonymize'
  /** Anonymizes the rows of an account. */
  readonly anonymize?: (query: QueryBuilder, accountId: string) => Promise<unknown>
  /** True if it is part of an export: what only steers our own work is not. */
  readonly exported: boolean
}

const deleteRows = (table: AccountTable, exported = true): ErasureRule => ({ table, on: 'delete', exported })
const keepRows = (table: AccountTable, exported = true): ErasureRule => ({ table, on: 'keep', exported })
const anonymizeRows = <Table extends AccountTable>(
  table: Table,
  set: UpdateObject<Tables, Table, Table>,
  exported = true,
): ErasureRule => ({
  table,
  on: 'anonymize',
  anonymize: (query, accountId) =>
    query.updateTable<AccountTable>(table).set(set).where('accountId', '=', accountId).execute(),
  exported,
})

/** Every table with an account, in an order in which rows can be deleted. */
export const ERASURE_POLICY: readonly ErasureRule[] = [
  deleteRows('command_report'),
  deleteRows('command'),
  deleteRows('app_state'),
  deleteRows('server_metrics'),
  deleteRows('server_load'),
  deleteRows('agent_alarm'),
  deleteRows('agent_outage'),
  deleteRows('agent_notification'),
  deleteRows('enrollment_token'),
  deleteRows('compose_agent'),
  deleteRows('retired_agent_token', false),
  deleteRows('agent_nonce', false),
  deleteRows('agent'),
  // A deployment without its events restarts its sequence.
  anonymizeRows('deployment', { name: null, apps: jsonb([]), status: 'STOPPED', version: 0 }),
  deleteRows('broker_message', false),
  deleteRows('webhook_delivery'),
  deleteRows('webhook_endpoint'),
  deleteRows('service_key'),
  deleteRows('invitation'),
  // A name is kept as long as its row: of deployments and of customers, whose late disputes still arrive. Of the customer of an
  // application a hash stays, so that its next request does not create it again.
  {
    table: 'account_directory',
    on: 'anonymize',
    anonymize: async (query, accountId) => {
      await query
        .updateTable('account_directory')
        .set({ kind: 'DELETED_ACCOUNT', name: sql`encode(sha256(convert_to(name, 'UTF8')), 'hex')` })
        .where('accountId', '=', accountId)
        .where('kind', '=', 'ACCOUNT')
        .where('name', 'like', 'CUSTOMER:%')
        .execute()
      await query
        .deleteFrom('account_directory')
        .where('accountId', '=', accountId)
        .where('kind', 'not in', ['CUSTOMER', 'DELETED_ACCOUNT', 'DEPLOYMENT'])
        .execute()
    },
    exported: false,
  },
  deleteRows('member'),
  // The number of members that seats were counted by belongs to what was billed.
  keepRows('member_count'),
  deleteRows('mail_message'),
  deleteRows('idempotency_key', false),
  // Pending entries are still processed unchanged.
  anonymizeRows('outbox_event', { payload: sql`case when state = 'RELAYED' then '{}'::jsonb else payload end` }, false),
  keepRows('scheduled_job', false),
  anonymizeRows('allocation', { releasedAt: sql`coalesce(released_at, allocated_at)` }),
  keepRows('allocation_period'),
  anonymizeRows('reservation', useTextsOf({})),
  anonymizeRows('ledger_entry', useTextsOf({})),
  anonymizeRows('usage_amendment', { reason: 'deleted' }),
  keepRows('credit_grant'),
  keepRows('credit_debt'),
  keepRows('quota_usage'),
  keepRows('rated_usage'),
  keepRows('overage_usage'),
  keepRows('spend_cap'),
  {
    table: 'sub_account',
    on: 'anonymize',
    // The sub-accounts of a deleted account use their own units again.
    anonymize: (query, accountId) =>
      query
        .deleteFrom('sub_account')
        .where((eb) => eb.or([eb('accountId', '=', accountId), eb('parentId', '=', accountId)]))
        .execute(),
    exported: true,
  },
  keepRows('alert'),
  deleteRows('alert_crossing'),
  keepRows('auto_top_up'),
  anonymizeRows('negotiated_plan', { reason: null }),
  anonymizeRows('top_up', { methodId: null }),
  deleteRows('usage_warning'),
  keepRows('usage_report'),
  keepRows('usage_watermark', false),
  anonymizeRows('entitlement_override', { reason: 'deleted' }),
  anonymizeRows('plan_assignment', { reason: null }),
  keepRows('package_assignment'),
  keepRows('template_ownership'),
  keepRows('template_install'),
  anonymizeRows('template_rating', { comment: null }),
  keepRows('earnings_entry'),
  keepRows('vendor_payout'),
  // Purchases from a vendor stay with their buyers.
  anonymizeRows('vendor', { name: 'Former vendor', description: null, website: null }),
  anonymizeRows('billing_customer', { email: '', name: null }),
  deleteRows('billing_notice'),
  anonymizeRows('subscription_change', { reason: null, actionUrl: null }),
  keepRows('plan_migration_step', false),
  deleteRows('usage_compared_use'),
  deleteRows('usage_comparison_account'),
  {
    table: 'usage_batch_line',
    on: 'anonymize',
    // A batch of the services of the account has its words.
    anonymize: async (query, accountId) => {
      await query
        .updateTable('usage_batch')
        .set({ name: 'deleted', reason: 'deleted', revertReason: null })
        .where('owner', '=', `services:${accountId}`)
        .execute()
      await query
        .updateTable('usage_batch_line')
        .set({ key: sql`id`, request: '' })
        .where('accountId', '=', accountId)
        .execute()
    },
    exported: true,
  },
  anonymizeRows('billing_subscription', { paymentMethod: null }),
  keepRows('subscription_item'),
  keepRows('requested_cancellation', false),
  keepRows('adopted_customer', false),
  keepRows('adopted_balance', false),
  // Hashes: a trial is not given again because the account was deleted.
  keepRows('trial_record', false),
  keepRows('product_subscription'),
  anonymizeRows('invoice', {
    hostedUrl: null,
    pdfUrl: null,
    creditNotes: sql`coalesce((select jsonb_agg(note - 'pdfUrl' order by position)
      from jsonb_array_elements(credit_notes) with ordinality as noted (note, position)), '[]')`,
  }),
  anonymizeRows('refund', { reason: null }),
  keepRows('dispute'),
  keepRows('purchase_credit'),
  anonymizeRows('purchase', { receiptUrl: null, receiptBuyer: null }),
  keepRows('credit_adjustment'),
  anonymizeRows('checkout', { url: null, successUrl: '', cancelUrl: '' }),
  // The action is retained for its time, without details.
  anonymizeRows('audit_entry', { details: jsonb({}) }),
  // The chains of what is retained stay verifiable; without its key it is impossible to test what a commitment was made of.
  anonymizeRows('account_chain', { commitmentKey: null, erasedAt: sql`now()` }, false),
  keepRows('account_chain_link', false),
  deleteRows('stream_event'),
  deleteRows('operator_event', false),
  keepRows('analytics_checkpoint', false),
  keepRows('usage_rollup', false),
  keepRows('counted_purchase', false),
  keepRows('counted_checkout', false),
  keepRows('recurring_period', false),
  keepRows('subscriber_period', false),
  deleteRows('account_export_part', false),
  keepRows('account_job'),
]

/** Finds the IDs of rows of an account. */
type FindIds = (query: QueryBuilder, accountId: string) => SelectQueryBuilder<Tables, never, { id: string }>

/** Rows that belong to an account through another of its rows, for the export. */
export interface IndirectTable {
  readonly table: keyof Tables
  /** Column that refers to the other row. */
  readonly column: string
  readonly findIds: FindIds
}

export const INDIRECT_TABLES: readonly IndirectTable[] = [
  {
    table: 'app_user',
    column: 'id',
    findIds: (query, accountId) => query.selectFrom('member').select('userId as id').where('accountId', '=', accountId),
  },
]

/** Columns that are hashed or sealed. Exports exclude them. */
export const SECRET_COLUMN = /sealed|secret|token/
