import { statement } from '#services/kernel/database/statement.js'

/** State of payment of an account, and whether it subscribes to a plan with a price for units beyond an allowance. */
export interface PaymentStateRow {
  readonly deletionScheduled: Date | null
  readonly disputed: Date | null
  readonly chargedBack: Date | null
  readonly periodUnpaid: Date | null
  /** True if no invoice of an unpaid period can be paid. */
  readonly isVoided: boolean
  /** First failure of the unpaid invoices of the server. One that was written off without a failure counts from its creation. */
  readonly overageFailed: Date | null
  readonly noPaymentMethod: Date | null
  readonly sellsUnits: boolean
}

/** True for an unpaid subscription `s` at Stripe, if the invoice of its period is void and no other one can be paid. */
const VOIDED_PERIOD = `(s.status in ('PAST_DUE', 'UNPAID') and s.provider = 'STRIPE' and exists (
  select from invoice i where i.account_id = s.account_id and i.provider = s.provider and i.subscription_id = s.external_id
  having bool_or(i.status = 'VOID' and i.created_at >= coalesce(s.current_period_start, s.started_at))
    and not bool_or(i.amount_due_minor > 0 and (i.status = 'OPEN'
      or i.status = 'UNCOLLECTIBLE' and i.created_at >= coalesce(s.current_period_start, s.started_at)))
))`

/** Reads the state of payment of an account. `versions` are those of plans with a price for units. */
export const readPaymentState = statement<
  { accountId: string; versions: readonly string[]; terminal: readonly string[] },
  PaymentStateRow
>(`
  select a.deletion_at as deletion_scheduled,
    (select min(d.opened_at) from dispute d where d.account_id = :accountId and d.status = 'OPEN') as disputed,
    (select min(d.opened_at) from purchase p join dispute d on d.account_id = p.account_id and d.purchase_id = p.id
      where p.account_id = :accountId and d.status = 'LOST' and exists (
        select from usage_report r where r.account_id = :accountId and r.provider = p.provider and r.invoice_id = p.invoice_id
      ) and not exists (
        select from usage_report r join invoice i on i.account_id = r.account_id and i.provider = r.provider and i.external_id = r.invoice_id
        where r.account_id = :accountId and r.replaces = p.id and i.status in ('PAID', 'VOID')
      )) as charged_back,
    (select min(coalesce(
        (select min(n.at) from billing_notice n
          where n.account_id = :accountId and n.kind = 'PAYMENT_FAILED' and n.key like i.external_id || ':%'),
        case when i.status = 'UNCOLLECTIBLE' then i.created_at end
      ))
      from usage_report r
        join invoice i on i.account_id = r.account_id and i.provider = r.provider and i.external_id = r.invoice_id
      where r.account_id = :accountId and r.invoice_id is not null and r.replaces is null and i.status in ('OPEN', 'UNCOLLECTIBLE')
    ) as overage_failed,
    s.period_unpaid, coalesce(s.is_voided, false) as is_voided, s.no_payment_method, s.sells_units
  from account a cross join lateral (
    select count(*) > 0 as sells_units,
      min(coalesce(s.current_period_start, s.started_at)) filter (where s.status in ('PAST_DUE', 'UNPAID')) as period_unpaid,
      bool_and(${VOIDED_PERIOD}) filter (where s.status in ('PAST_DUE', 'UNPAID')) as is_voided,
      min(s.started_at) filter (where s.payment_method is null and s.days_until_due is null) as no_payment_method
    from billing_subscription s
    where s.account_id = :accountId and s.plan_version_id = any(:versions) and s.status <> all(:terminal)
  ) s
  where a.id = :accountId
`)

/** Reads whether no invoice of an unpaid subscription can be paid. */
export const readVoidedPeriod = statement<{ accountId: string; id: string }, { isVoided: boolean }>(`
  select ${VOIDED_PERIOD} as is_voided from billing_subscription s where s.account_id = :accountId and s.id = :id
`)
