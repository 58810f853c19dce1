import { statement } from '#services/kernel/database/statement.js'

/** Objects of an account at its providers, as received events name them. */
export const listObjectKeys = statement<{ accountId: string }, { objectKey: string }>(`
  select 'subscription:' || external_id as object_key from billing_subscription where account_id = :accountId
  union select 'subscription:' || external_id from product_subscription where account_id = :accountId
  union select 'checkout:' || session_id from checkout where account_id = :accountId and session_id is not null
  union select 'invoice:' || external_id from invoice where account_id = :accountId
  union select 'payment:' || payment_id from purchase where account_id = :accountId and payment_id is not null
`)
