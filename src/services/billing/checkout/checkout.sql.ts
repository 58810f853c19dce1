import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** Checkouts whose provider call has an unknown result. The literal status matches the partial index `checkout_one_open`. */
export const listUnresolvedIntents = statement<
  { olderThanSeconds: number; after: string; limit: number },
  CheckoutRow
>(`
  select * from checkout
  where status = 'CREATING' and recorded_at < now() - make_interval(secs => :olderThanSeconds) and id > :after
  order by id limit :limit
`)
