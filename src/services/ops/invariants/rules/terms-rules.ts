import { installationRule, sqlRule } from './invariant.js'
import { invariantStatement } from './invariants.sql.js'

/** The latest event of a type about an object of the account of a row. None if it is older than the events that are kept. */
const latestEvent = (type: string, account: string, of = 'true'): string =>
  `lateral (
    select e.data from stream_event e where e.stream_id = ${account} and e.type = '${type}' and ${of}
    order by e.sequence desc limit 1
  )`

/** Offers that differ from what was announced when they were made and when they began. */
const negotiatedPlansAreAsOffered = invariantStatement(`
  select n.id, n.account_id, n.periods, n.until, n.quantity, n.ends_at, offered.data as offered, started.data as started,
    (offered.data is null or (offered.data ->> 'periods')::int is not distinct from n.periods
      and (offered.data ->> 'until')::timestamptz is not distinct from n.until
      and (offered.data ->> 'acceptUntil')::timestamptz = n.accept_until
      and (offered.data ->> 'quantity')::int = n.quantity
      and (offered.data ->> 'amountMinor')::bigint = r.amount_minor
      and offered.data ->> 'currency' = r.currency and offered.data ->> 'interval' = r."interval")
    and (started.data is null or (started.data ->> 'endsAt')::timestamptz = n.ends_at
      and started.data ->> 'subscriptionId' = n.subscription_id) as ok
  from negotiated_plan n join price r on r.id = n.price_id
    left join ${latestEvent('negotiated_plan.offered', 'n.account_id', `e.data ->> 'id' = n.id`)} offered on true
    left join ${latestEvent('negotiated_plan.started', 'n.account_id', `e.data ->> 'id' = n.id`)} started on true
`)

/** Accounts whose terms differ from those that an operator set. */
const invoiceTermsAreAsSet = invariantStatement(`
  select a.id as account_id, a.invoice_terms, latest.data as set,
    (a.invoice_terms ->> 'daysUntilDue')::int is not distinct from (latest.data ->> 'daysUntilDue')::int
      and a.invoice_terms ->> 'access' is not distinct from latest.data ->> 'access' as ok
  from account a join ${latestEvent('invoice.terms_set', 'a.id')} latest on true
`)

/** Entries of closed months. */
const journalEntriesSumToZero = invariantStatement(`
  select month, origin, key, currency, sum(amount_minor) as amount_minor, sum(amount_minor) = 0 as ok
  from journal_posting group by month, origin, key, currency
`)

/** What was agreed and booked: it never changes afterwards. */
export const termsRules = [
  sqlRule(
    'negotiated_plans_are_as_offered',
    'A negotiated plan has the price, the quantity and the term of its offer, and ends when its start said.',
    negotiatedPlansAreAsOffered,
  ),
  sqlRule(
    'invoice_terms_are_as_set',
    'An account has the invoice terms that an operator set last.',
    invoiceTermsAreAsSet,
  ),
  installationRule(
    'journal_entries_sum_to_zero',
    'The postings of each entry of a closed month of the journal sum to zero.',
    journalEntriesSumToZero,
  ),
]
