import { statement } from '#services/kernel/database/statement.js'

/**
 * Change of an account's recurring amount within a period. `CHANGED` splits into expansion and contraction by its sign. `NONE`: the account
 * began to pay and ended it within the period.
 */
export type RecurringMovementKind = 'OPENING' | 'NEW' | 'REACTIVATED' | 'CHANGED' | 'CHURNED' | 'NONE'

export interface MovementRow {
  /** Number of the period. 0: before the first one. */
  readonly period: number
  readonly currency: string
  readonly planId: string | null
  readonly cohort: string | null
  readonly kind: RecurringMovementKind
  readonly isIncrease: boolean
  readonly yearlyMinor: number
  readonly accounts: number
  /** Change of the number of accounts with a recurring amount. */
  readonly joined: number
  /** Accounts whose first amount in the currency began in the period, and these amounts. */
  readonly acquired: number
  readonly acquiredMinor: number
}

interface MovementParameters {
  readonly bounds: readonly Date[]
  readonly byPlan: boolean
  /** True to count only accounts that first paid within the bounds, by the month in which they did. */
  readonly byCohort: boolean
  /** True to return rows of the kind `NONE`. */
  readonly withAcquired: boolean
}

/**
 * Movements of recurring amounts between the bounds of periods, by currency and, on request, by plan and cohort. One pass over all recurring
 * periods: each adds its amount at its start and subtracts it at its end. Within a period only the difference of an account counts. An
 * account is new, reactivated or churned by its whole amount in the currency.
 */
export const recurringMovements = statement<MovementParameters, MovementRow>(`
  with recurring as (
    select account_id, currency, case when :byPlan then plan_id end as plan_id, started_at, ended_at, yearly_minor,
      case when :byCohort then to_char(first_at at time zone 'UTC', 'YYYY-MM') end as cohort,
      case when started_at = first_at then yearly_minor else 0 end as first_minor
    from (select *, min(started_at) over (partition by account_id, currency) as first_at from recurring_period) dated
    where not :byCohort or first_at >= (:bounds::timestamptz[])[1]
  ), change as (
    select account_id, currency, plan_id, cohort, width_bucket(started_at, :bounds::timestamptz[]) as period,
      yearly_minor as amount, first_minor
    from recurring
    union all
    select account_id, currency, plan_id, cohort, width_bucket(ended_at, :bounds::timestamptz[]), -yearly_minor, 0
    from recurring where ended_at is not null
  ), part as (
    select account_id, currency, plan_id, cohort, period, sum(amount) as amount, sum(first_minor) as first_minor
    from change where period < cardinality(:bounds::timestamptz[])
    group by account_id, currency, plan_id, cohort, period
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
        when amount = 0 then 'NONE'
        when account_before = 0 and account_after > 0 then case when first_period = period then 'NEW' else 'REACTIVATED' end
        when account_before > 0 and account_after = 0 then 'CHURNED'
        else 'CHANGED'
      end as kind
    from movement where amount <> 0 or (:withAcquired and first_minor > 0)
  )
  select period, currency, plan_id, cohort, kind, amount > 0 as is_increase, sum(amount)::bigint as yearly_minor,
    count(distinct account_id)::int as accounts, sum((after > 0)::int - (before > 0)::int)::int as joined,
    sum((first_minor > 0)::int)::int as acquired, sum(first_minor)::bigint as acquired_minor
  from named
  group by period, currency, plan_id, cohort, kind, amount > 0
  order by period, currency, plan_id, cohort
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
