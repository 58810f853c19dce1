import { statement } from '#services/kernel/database/statement.js'

/** Change of an account's recurring amount within a period. `CHANGED` splits into expansion and contraction by its sign. */
export type RecurringMovementKind = 'OPENING' | 'NEW' | 'REACTIVATED' | 'CHANGED' | 'CHURNED'

export interface MovementRow {
  /** Number of the period. 0: before the first one. */
  readonly period: number
  readonly currency: string
  readonly planId: string | null
  readonly kind: RecurringMovementKind
  readonly isIncrease: boolean
  readonly yearlyMinor: number
  readonly accounts: number
  /** Change of the number of accounts with a recurring amount. */
  readonly joined: number
}

/**
 * Movements of recurring amounts between the bounds of periods, by currency and, on request, by plan. One pass over all recurring
 * periods: each adds its amount at its start and subtracts it at its end. Within a period only the difference of an account counts. An
 * account is new, reactivated or churned by its whole amount in the currency.
 */
export const recurringMovements = statement<{ bounds: readonly Date[]; byPlan: boolean }, MovementRow>(`
  with change as (
    select account_id, currency, case when :byPlan then plan_id end as plan_id,
      width_bucket(started_at, :bounds::timestamptz[]) as period, yearly_minor as amount
    from recurring_period
    union all
    select account_id, currency, case when :byPlan then plan_id end, width_bucket(ended_at, :bounds::timestamptz[]),
      -yearly_minor
    from recurring_period where ended_at is not null
  ), part as (
    select account_id, currency, plan_id, period, sum(amount) as amount
    from change where period < cardinality(:bounds::timestamptz[])
    group by account_id, currency, plan_id, period
  ), running as (
    select part.*,
      sum(amount) over (partition by account_id, currency, plan_id order by period) as after,
      sum(amount) over (partition by account_id, currency order by period) as account_after,
      sum(amount) over (partition by account_id, currency, period) as account_amount
    from part
  ), first_period as (
    select account_id, min(width_bucket(started_at, :bounds::timestamptz[])) as period
    from recurring_period group by account_id
  ), movement as (
    select running.*, account_after - account_amount as account_before, after - amount as before,
      first_period.period as first_period
    from running join first_period using (account_id)
  ), named as (
    select movement.*,
      case
        when period = 0 then 'OPENING'
        when account_before = 0 and account_after > 0 then case when first_period = period then 'NEW' else 'REACTIVATED' end
        when account_before > 0 and account_after = 0 then 'CHURNED'
        else 'CHANGED'
      end as kind
    from movement where amount <> 0 or (before > 0) <> (after > 0)
  )
  select period, currency, plan_id, kind, amount > 0 as is_increase, sum(amount)::bigint as yearly_minor,
    count(distinct account_id)::int as accounts, sum((after > 0)::int - (before > 0)::int)::int as joined
  from named
  group by period, currency, plan_id, kind, amount > 0
  order by period, currency, plan_id
`)

export interface TrialRow {
  readonly period: number
  readonly started: number
  readonly converted: number
  readonly running: number
}

/** Trials by the period in which they started: all, those of which a recurring amount followed, and those that still run. */
export const trialOutcomes = statement<{ bounds: readonly Date[] }, TrialRow>(`
  select width_bucket(s.started_at, :bounds::timestamptz[]) as period, count(*)::int as started,
    count(*) filter (where r.subscription_id is not null)::int as converted,
    count(*) filter (where r.subscription_id is null and s.status = 'TRIALING')::int as running
  from billing_subscription s
    left join lateral (
      select subscription_id from recurring_period where subscription_id = s.id limit 1
    ) r on true
  where s.trial_end > s.started_at
    and s.started_at >= (:bounds::timestamptz[])[1] and s.started_at < (:bounds::timestamptz[])[cardinality(:bounds::timestamptz[])]
  group by 1 order by 1
`)
