import { sql } from 'kysely'
import { anonymizeRows, deleteRows, keepRows, type ErasureRule } from './erasure-rule.js'
import { jsonb } from '#services/kernel/database/query-builder.js'

/** Accounts, members, keys, and what the kernel stores for them. */
export const identityErasure: readonly ErasureRule[] = [
  deleteRows('webhook_delivery'),
  deleteRows('webhook_endpoint'),
  deleteRows('service_key'),
  deleteRows('invitation'),
  // A name is kept as long as its row: of deployments and of customers, whose late disputes still arrive. Of the customer of an
  // application a hash stays, so that its next request does not create it again.
  {
    table: 'account_directory',
    on: 'anonymize',
    anonymize: async ({ query }, accountId) => {
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
  // The action is retained for its time, without details.
  anonymizeRows('audit_entry', { details: jsonb({}) }),
  deleteRows('stream_event'),
  deleteRows('operator_event', false),
]
