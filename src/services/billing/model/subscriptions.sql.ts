import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** Stores the beginning and the payment method of a trial. One that a checkout did not offer takes the keys of an earlier trial of the account. */
export const beginTrial = statement<{ accountId: string; planId: string; cardKey: string | null; startedAt: Date }>(`
  insert into trial_record (account_id, plan_id, person_key, email_key, card_key, began_at)
  select :accountId::text, :planId::text, max(person_key), max(email_key), :cardKey::text, :startedAt::timestamptz
  from trial_record where account_id = :accountId
  on conflict (account_id, plan_id) do update
  set began_at = coalesce(trial_record.began_at, excluded.began_at),
    card_key = coalesce(excluded.card_key, trial_record.card_key)
  where trial_record.began_at is null
    or (excluded.card_key is not null and trial_record.card_key is distinct from excluded.card_key)
`)

/** Requested changes without a result, oldest first. Runs often, so that the status is a constant and a partial index is used. */
export const unresolvedChanges = statement<
  { olderThanSeconds: number; after: string; limit: number },
  SubscriptionChangeRow
>(`
  select * from subscription_change
  where status = 'REQUESTED' and recorded_at < now() - make_interval(secs => :olderThanSeconds) and id > :after
  order by id limit :limit
`)

/**
 * Payments for whole periods since a moment at a price that should no longer have been charged, without those that are refunded. None if the
 * provider has credited time at that price.
 */
export const wrongCharges = statement<
  { accountId: string; provider: string; subscriptionId: string; since: Date; priceId: string | null },
  PurchaseRow
>(`
  select p.* from purchase p
    join invoice i on i.provider = p.provider and i.external_id = p.invoice_id and i.account_id = p.account_id
    join provider_price pp on pp.provider = p.provider and pp.price_id = :priceId
  where p.account_id = :accountId and p.provider = :provider and p.subscription_id = :subscriptionId and p.purchased_at >= :since and p.status = 'PAID'
    and i.lines @> jsonb_build_array(jsonb_build_object('priceExternalId', pp.external_id, 'proration', false))
    and not exists (select 1 from refund r where r.purchase_id = p.id and r.account_id = p.account_id)
    and not exists (
      select 1 from invoice c
      where c.account_id = p.account_id and c.provider = p.provider and c.subscription_id = p.subscription_id
        and c.created_at >= :since
        and c.lines @> jsonb_build_array(jsonb_build_object('priceExternalId', pp.external_id, 'proration', true))
    )
`)
