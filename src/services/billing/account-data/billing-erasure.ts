import { sql } from 'kysely'
import { anonymizeRows, deleteRows, keepRows, type ErasureRule } from '#services/identity/account-data/erasure-rule.js'

/** Sales and their money. */
export const billingErasure: readonly ErasureRule[] = [
  keepRows('auto_top_up'),
  anonymizeRows('negotiated_plan', { reason: null }),
  anonymizeRows('top_up', { methodId: null }),
  keepRows('usage_report'),
  keepRows('usage_watermark', false),
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
    anonymize: async ({ query }, accountId) => {
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
  anonymizeRows('checkout', { url: null, successUrl: '', cancelUrl: '', grantedToken: null }),
  keepRows('counted_purchase', false),
  keepRows('counted_checkout', false),
  keepRows('recurring_period', false),
  keepRows('subscriber_period', false),
]
