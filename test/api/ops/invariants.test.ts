import { allDeclared } from '#modules/all-declarations.js'
import type { Invariant } from '#services/catalog/invariants/invariant-rule.js'
import { Invariants } from '@stackgate/client/documents'
import { spawnSync } from 'node:child_process'
import type { Sql } from '#services/kernel/database/sql.js'
import { checkDue } from '#services/catalog/invariants/check-in-background.js'
import { checkRollupInParts } from '#services/entitlements/invariants/rollup-in-parts.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { buyPlan } from '#test/support/buy-plan.js'
import type { RuleOutcome } from '#services/catalog/invariants/rule-outcome.js'
import { requestDeployment } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { execute, queryRow } from '#test/support/plain-sql.js'

const ACCOUNT = `(select account_id from deployment limit 1)`
const VERSION = `(select version from account where id = ${ACCOUNT})`
/** A time before that of a column. */
const before = (column: string) => `${column} - interval '1 day'`
const grant = (values: string) =>
  `insert into credit_grant (id, account_id, feature, amount, used, reserved, granted_at, source_kind, source_code, cause_type, cause_id)
   values ('gra_1', ${ACCOUNT}, 'stories', ${values}, now(), 'PACKAGE', 'pack', 'purchase', 'pur_1')`
const entry = (
  operationNo: number,
  kind: string,
  amount: number,
  more: { grant?: string; window?: boolean; key?: string; at?: string } = {},
) =>
  `insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, grant_id, window_start, window_end, amount, balance_after, at, mutation, principal, key)
   values (${ACCOUNT}, ${VERSION}, ${operationNo}, 0, '${kind}', 'stories', ${more.grant ? `'${more.grant}'` : 'null'},
     ${more.window ? `'2026-01-01', '2026-02-01'` : 'null, null'}, ${amount}, 0, ${more.at ?? 'now()'}, 'consume', 'svc', ${more.key ? `'${more.key}'` : 'null'})`
const usage = (used: number, reserved: number) =>
  `insert into quota_usage (account_id, window_end, feature, window_start, used, reserved)
   values (${ACCOUNT}, '2026-02-01', 'stories', '2026-01-01', ${used}, ${reserved})`
const reservation = (amount: number, part: number) =>
  `insert into reservation (account_id, version, operation_no, feature, amount, status, parts, expires_at, created_at)
   values (${ACCOUNT}, ${VERSION}, 1, 'stories', ${amount}, 'HELD', '[{"amount": ${part}}]', now(), now())`

const purchase = (product: string, status: string) =>
  `insert into purchase (id, account_id, provider, product_id, status, amount_minor, currency, purchased_at, fence)
   select 'pur_1', ${ACCOUNT}, 'STRIPE', (${product}), '${status}', 100, 'USD', now(), 1`
const vendorEntry = (kind: string, values: string) =>
  `insert into earnings_entry (id, account_id, vendor_id, kind, purchase_id, payout_id, gross_minor, amount_minor, currency, share_basis_points, at)
   select 'vet_' || gen_random_uuid(), ${ACCOUNT}, 'ven_1', ${kind}, ${values}, 'USD', 8000, now()`
/** The next event of the account. */
const eventOf = (type: string, data: string) =>
  `with next as (update account set version = version + 1 where id = ${ACCOUNT} returning version)
   insert into stream_event (stream_id, sequence, id, account_id, type, summary, data, at)
   select ${ACCOUNT}, next.version, 'evt_' || next.version, ${ACCOUNT}, '${type}', 'test', ${data}, now() from next`
const PACK = `insert into product (id, type, code, name) values ('prd_pack', 'PACKAGE', 'pack', 'Pack')`
const PACK_VERSION = [
  `insert into package (id, code, type, product_id, fingerprint) values ('pck_pack', 'pack', 'CREDIT_PACK', 'prd_pack', 'x')`,
  `insert into package_version (id, package_id, version, fingerprint, terms)
   values ('pkv_pack', 'pck_pack', 1, 'x', '{"code": "pack", "prices": [], "grants": [{"feature": "stories", "amount": 10}]}')`,
]
const TEMPLATE = `select id from product where type = 'TEMPLATE' limit 1`

const ROLLED_UP = [
  `insert into analytics_checkpoint select account_id, max(version) from ledger_entry group by 1
   on conflict (account_id) do update set version = excluded.version`,
  `insert into usage_rollup (account_id, period, feature, starts_at, currency, sub_account_id, user_id, api_key_id, dimensions, used, cost_minor)
   select account_id, period, feature, date_trunc(period, at, 'UTC'), '', '', '', '', '{}', -sum(amount), 0
   from ledger_entry, (values ('HOUR'), ('DAY'), ('MONTH')) p (period) group by 1, 2, 3, 4`,
]

/** Data under which a rule holds, and the change that breaks it. */
const breaks: Record<string, { given?: string[]; broken: string[] }> = {
  refunds_sum_to_purchases: {
    given: [purchase(TEMPLATE, 'REFUNDED')],
    broken: [
      `update purchase set refunded_minor = 1 where id = 'pur_1'`,
      `update purchase set reverted_after = 'pur_of_nobody' where id = 'pur_1'`,
    ],
  },
  top_ups_follow_their_payment: {
    given: [
      PACK,
      `insert into top_up (id, account_id, auto_top_up_id, crossing, feature, provider, status, product_id, package_version_id, quantity, amount_minor, currency, created_at)
       values ('tup_1', ${ACCOUNT}, 'lvl_1', 1, 'stories', 'STRIPE', 'FAILED', 'prd_pack', 'pkv_1', 1, 100, 'USD', now())`,
    ],
    broken: [`update top_up set status = 'PAID'`],
  },
  movements_are_of_their_purchase: {
    given: [
      purchase(TEMPLATE, 'PAID'),
      `insert into dispute (id, account_id, purchase_id, provider, external_id, status, amount_minor, currency, opened_at)
       values ('dsp_1', ${ACCOUNT}, 'pur_1', 'STRIPE', 'dp_1', 'WON', 100, 'USD', now())`,
    ],
    broken: [`update dispute set currency = 'EUR'`],
  },
  // The customer of an ended subscription was linked to another account.
  subscriptions_have_one_account: {
    given: [
      ...['first', 'third'].map(
        (name) =>
          `insert into account (id, kind, external_id, name) values ('acc_${name}', 'PERSON', '${name}', '${name}')`,
      ),
      `insert into billing_subscription select (jsonb_populate_record(s, jsonb_build_object(
         'id', 'sub_first', 'account_id', 'acc_first', 'status', 'CANCELED', 'checkout_id', null))).* from billing_subscription s`,
      `insert into invoice (id, account_id, provider, external_id, subscription_id, status, total_minor, currency, created_at, lines, fence)
       select 'inv_first', 'acc_first', provider, 'in_first', external_id, 'PAID', 100, 'USD', now(), '[]', 0
       from billing_subscription where id = 'sub_first'`,
    ],
    broken: [`update invoice set account_id = 'acc_third' where id = 'inv_first'`],
  },
  credit_changes_are_made: {
    given: [
      `insert into credit_adjustment (id, account_id, provider, cause, amount_minor, done_minor, currency, reason, status, created_at)
       values ('crd_1', ${ACCOUNT}, 'STRIPE', 'test', -100, -100, 'USD', 'test', 'DONE', now())`,
    ],
    broken: [`update credit_adjustment set status = 'CREATING'`],
  },
  returned_within_paid: {
    given: [purchase(TEMPLATE, 'PAID')],
    broken: [`update purchase set reversed_minor = amount_minor, credited_minor = 1 where id = 'pur_1'`],
  },
  money_matches_provider: {
    given: [
      `insert into reconciliation_run (id, provider, scope, drift, finished_at) values ('rcn_1', 'STRIPE', 'ALL', '[]', now())`,
    ],
    broken: [
      `update reconciliation_run set drift = '[{"kind":"missing_refund","description":"Refund re_1 is not recorded here.","healed":false}]'`,
    ],
  },
  packs_follow_their_payment: {
    given: [PACK, purchase(`select 'prd_pack'`, 'REFUNDED')],
    broken: [grant('10, 0, 0')],
  },
  vendor_entries_within_the_share: {
    given: [
      `insert into vendor (id, name, account_id) values ('ven_1', 'Vera', ${ACCOUNT})`,
      purchase(TEMPLATE, 'REFUNDED'),
      vendorEntry(`'SALE'`, `'pur_1', null, 100, 80`),
    ],
    broken: [vendorEntry(`'CLAWBACK_REVERSED'`, `'pur_1', null, 0, 1`)],
  },
  payouts_are_entered: {
    given: [
      `insert into vendor (id, name, account_id) values ('ven_1', 'Vera', ${ACCOUNT})`,
      `insert into vendor_payout (id, account_id, vendor_id, method, status, amount_minor, currency, requested_by, created_at)
       values ('vpo_1', ${ACCOUNT}, 'ven_1', 'MANUAL', 'PAID', 80, 'USD', 'usr_1', now())`,
      vendorEntry(`'PAYOUT'`, `null, 'vpo_1', 0, -80`),
    ],
    broken: [`update vendor_payout set status = 'FAILED'`],
  },
  product_subscriptions_have_their_product: {
    given: [
      `insert into product_subscription (id, account_id, provider, external_id, product_id, price_id, status, started_at, fence)
       select 'psu_1', ${ACCOUNT}, 'STRIPE', 'sub_1', product_id, id, 'ACTIVE', now(), 0 from price where amount_minor > 0 limit 1`,
    ],
    broken: [
      `update product_subscription set product_id = (select id from product where id <> product_subscription.product_id limit 1)`,
    ],
  },
  only_published_templates_are_listed: {
    broken: [`update template set deleted_at = now() where slug = 'ghost'`],
  },
  templates_follow_their_payment: {
    given: [purchase(TEMPLATE, 'REFUNDED')],
    broken: [
      `insert into template_ownership (id, account_id, template_id, source_type, source_id, since)
       select 'own_1', ${ACCOUNT}, (select id from template limit 1), 'purchase', 'pur_1', now()`,
    ],
  },
  account_version_is_its_last_event: { broken: [`update account set version = version + 1 where id = ${ACCOUNT}`] },
  events_have_no_gaps: { broken: [`delete from stream_event where stream_id = ${ACCOUNT} and sequence = 2`] },
  deployment_version_is_its_last_event: { broken: [`update deployment set version = version + 1`] },
  events_belong_to_their_account: {
    broken: [
      `insert into stream_event (stream_id, sequence, id, account_id, type, summary, data, at)
       select id, 1000000, 'evt_other', ${ACCOUNT}, 'test', 'test', '{}', now() from account where id <> ${ACCOUNT} limit 1`,
    ],
  },
  members_are_counted: { broken: [`update member_count set members = 7, peak = 7`] },
  ledger_sums_to_grants: {
    given: [
      grant('10, 4, 0'),
      entry(1, 'GRANT', 10, { grant: 'gra_1' }),
      entry(2, 'CONSUME', -4, { grant: 'gra_1', key: 'a' }),
    ],
    broken: [`update credit_grant set used = 5`],
  },
  ledger_sums_to_use: {
    given: [
      usage(3, 1),
      entry(1, 'CONSUME', -3, { window: true, key: 'a' }),
      entry(2, 'RESERVE', -1, { window: true, key: 'b' }),
    ],
    broken: [`delete from ledger_entry where operation_no = 2`],
  },
  ledger_sums_to_rated_use: {
    given: [
      `insert into rated_usage (account_id, window_end, feature, line, window_start, quantity, fraction)
       values (${ACCOUNT}, '2026-02-01', 'stories', 'words', '2026-01-01', 40, 0)`,
      usage(3, 0),
      entry(1, 'CONSUME', -3, { window: true, key: 'a' }),
      `update ledger_entry set price = '{"windowStart": "2026-01-01T00:00:00Z", "lines": [{"line": "words", "amount": 40}]}' where operation_no = 1`,
    ],
    broken: [`update rated_usage set quantity = 41`],
  },
  ledger_sums_to_overage: {
    given: [
      `insert into overage_usage values (${ACCOUNT}, '2026-02-01', 'stories', '2026-01-01', '{"currency":"USD","tiers":[{"price":"0.5"}]}', 3, 0)`,
      entry(1, 'CONSUME', -3, { window: true, key: 'a' }),
      `update ledger_entry set source = 'OVERAGE pro', price = '{"charges": [{"units": 3, "amountMinor": 2,
         "windowStart": "2026-01-01T00:00:00Z", "windowEnd": "2026-02-01T00:00:00Z"}]}' where operation_no = 1`,
    ],
    broken: [`update ledger_entry set price = jsonb_set(price, '{charges,0,amountMinor}', '1') where operation_no = 1`],
  },
  ledger_sums_to_rollup: {
    given: [usage(3, 0), entry(1, 'CONSUME', -3, { window: true, key: 'a' }), ...ROLLED_UP],
    broken: [`update usage_rollup set used = 2 where period = 'HOUR'`],
  },
  ledger_sums_to_debt: {
    given: [`insert into credit_debt values (${ACCOUNT}, 'stories', 6)`, entry(1, 'ADJUST', -6)],
    broken: [`update credit_debt set amount = 0`],
  },
  amendments_sum_to_ledger: {
    given: [
      usage(2, 0),
      entry(1, 'CONSUME', -3, { window: true, key: 'a' }),
      entry(2, 'ADJUST', 1, { window: true }),
      `update ledger_entry set operation_total = 3 where operation_no = 1`,
      `insert into usage_amendment (id, account_id, version, operation_no, consumption_version, consumption_operation_no, feature, amount,
         lost, debt_reduced, remaining, invoice_effect, reason, amended_by, at)
       select 'uam_1', account_id, version, 2, version, 1, feature, 1, 0, 0, 2, 'NONE', 'x', 'x', now() from ledger_entry where operation_no = 1`,
    ],
    broken: [`update usage_amendment set remaining = 3`],
  },
  balances_are_not_below_zero: {
    given: [grant('10, 4, 0')],
    broken: [`alter table credit_grant drop constraint credit_grant_balance`, `update credit_grant set used = 11`],
  },
  every_grant_has_one_cause: {
    given: [grant('10, 0, 0'), entry(1, 'GRANT', 10, { grant: 'gra_1' })],
    broken: [entry(2, 'GRANT', 10, { grant: 'gra_1' })],
  },
  every_consumption_has_a_key: {
    given: [entry(1, 'CONSUME', -3, { window: true, key: 'a' })],
    broken: [entry(2, 'CONSUME', -3, { window: true })],
  },
  every_movement_has_an_event: {
    given: [entry(1, 'CONSUME', -3, { window: true, key: 'a' })],
    broken: [`update ledger_entry set version = version + 1`],
  },
  reserved_is_what_is_held: {
    given: [usage(0, 3), reservation(3, 3)],
    broken: [`update quota_usage set reserved = 2`],
  },
  reservations_are_whole: { given: [reservation(3, 3)], broken: [`update reservation set amount = 4`] },
  closed_grants_are_empty: {
    given: [grant('10, 10, 0'), `update credit_grant set open = false`],
    broken: [`update credit_grant set used = 9`],
  },
  one_live_plan_per_group: {
    broken: [
      `insert into plan_assignment (id, account_id, group_code, plan_version_id, source_type, source_id, since)
       select 'asg_2', account_id, group_code, plan_version_id, source_type, 'sub_2', since from plan_assignment`,
    ],
  },
  plans_follow_their_subscription: { broken: [`update plan_assignment set quantity = quantity + 1`] },
  raises_are_within_their_period: {
    given: [
      `update plan_assignment set raises = '[{"at": "2026-02-10T00:00:00Z", "periodStart": "2026-02-01T00:00:00Z", "periodEnd": "2026-03-01T00:00:00Z", "added": {"stories": 5}}]'`,
    ],
    broken: [`update plan_assignment set raises = jsonb_set(raises, '{0,at}', '"2026-03-02T00:00:00Z"')`],
  },
  addons_follow_their_subscription: {
    given: [PACK, ...PACK_VERSION],
    broken: [
      `insert into package_assignment (id, account_id, package_version_id, quantity, source_type, source_id, package_code, since)
       select 'pka_1', account_id, 'pkv_pack', 9, 'subscription', source_id, 'pack', now() from plan_assignment limit 1`,
    ],
  },
  packs_grant_their_units: {
    given: [
      PACK,
      ...PACK_VERSION,
      purchase(`select 'prd_pack'`, 'PAID'),
      `update purchase set package_version_id = 'pkv_pack' where id = 'pur_1'`,
      grant('10, 0, 0'),
      `update credit_grant set source_kind = 'PACKAGE', source_code = 'pack', cause_id = 'pur_1' where id = 'gra_1'`,
    ],
    broken: [`update credit_grant set amount = amount + 1000 where id = 'gra_1'`],
  },
  purchases_name_their_product: {
    broken: [`update purchase set product_id = (select id from product where type = 'TEMPLATE' limit 1)`],
  },
  prices_are_of_their_version: { broken: [`update price set amount_minor = amount_minor + 1`] },
  overage_is_invoiced_once: {
    given: [
      `insert into overage_usage (account_id, window_end, feature, window_start, tariff, used, reserved) values (${ACCOUNT}, '2026-02-01', 'stories', '2026-01-01', '{"currency":"USD","tiers":[{"price":"5"}]}', 3, 0)`,
    ],
    broken: [`update overage_usage set invoiced = 3`],
  },
  reports_sum_to_lines: {
    given: [
      `insert into usage_report (id, account_id, provider, feature, meter, from_version, to_version, amount, lines, at)
       values ('usg_1', ${ACCOUNT}, 'STRIPE', 'stories overage', '', 0, 1, 5, '[{"amountMinor": 5}]', now())`,
    ],
    broken: [`update usage_report set amount = 6`],
  },
  purchases_follow_their_invoice: { broken: [`update purchase set expires_at = expires_at + interval '1 day'`] },
  reports_have_their_payment: { broken: [`update purchase set overage = true`] },
  credit_sums_to_purchases: { broken: [`update purchase set credited_minor = 1`] },
  credit_has_its_cause: {
    broken: [
      `insert into purchase_credit (provider, account_id, invoice_id, purchase_id, amount_minor)
       select provider, account_id, 'in_of_nobody', id, 5 from purchase`,
    ],
  },
  reverted_payments_were_returned: {
    given: [
      `insert into purchase_credit (provider, account_id, invoice_id, purchase_id, amount_minor)
       select provider, account_id, 'in_of_less', id, amount_minor from purchase`,
    ],
    broken: [`update purchase set reverted = true`],
  },
  open_changes_have_their_price: {
    given: [
      `insert into subscription_change (id, account_id, subscription_id, kind, status, at, to_plan_version_id, to_price_id, to_quantity, as_of, effective_at)
       select 'chg_1', s.account_id, s.id, 'PLAN', 'SCHEDULED', 'PERIOD_END', s.plan_version_id, i.price_id, 1, now(), now()
       from billing_subscription s join subscription_item i on i.subscription_id = s.id and i.account_id = s.account_id limit 1`,
    ],
    broken: [
      `update subscription_change set to_price_id = (
         select r.id from price r join price f on f.currency = r.currency and f.product_id <> r.product_id
         where f.id = subscription_change.to_price_id limit 1
       )`,
    ],
  },
  negotiated_plans_are_as_offered: {
    given: [
      `insert into negotiated_plan (id, account_id, price_id, quantity, periods, accept_until, offered_by, offered_at)
       select 'ngp_1', ${ACCOUNT}, id, 1, 2, '2026-02-01T00:00:00Z', 'ops', now() from price where amount_minor > 0 and "interval" = 'MONTH' limit 1`,
      eventOf(
        'negotiated_plan.offered',
        `(select jsonb_build_object('id', n.id, 'periods', n.periods, 'until', n.until, 'acceptUntil', n.accept_until, 'quantity', n.quantity,
           'amountMinor', r.amount_minor, 'currency', r.currency, 'interval', '{"unit": "MONTH", "count": 1}'::jsonb)
          from negotiated_plan n join price r on r.id = n.price_id where n.id = 'ngp_1')`,
      ),
    ],
    broken: [`update negotiated_plan set periods = 7`],
  },
  invoice_terms_are_as_set: {
    given: [
      `update account set invoice_terms = '{"daysUntilDue": 14, "access": "FROM_START"}' where id = ${ACCOUNT}`,
      eventOf('invoice.terms_set', `'{"daysUntilDue": 14, "access": "FROM_START", "by": "ops"}'`),
    ],
    broken: [`update account set invoice_terms = null`],
  },
  journal_entries_sum_to_zero: {
    given: [
      `insert into journal_period (month, closed_at, closed_by) values ('2025-12', now(), 'ops')`,
      ...[100, -100].map(
        (amount, position) =>
          `insert into journal_posting (month, "position", key, origin, kind, at, document, currency, ledger_account, amount_minor)
           values ('2025-12', ${position}, 'sale:1', '2025-12', 'SALE', now(), 'd', 'USD', 'account_${position}', ${amount})`,
      ),
    ],
    broken: [`update journal_posting set amount_minor = amount_minor + 100 where amount_minor > 0`],
  },
  reads_were_taken: { broken: [`update billing_subscription set fence = 1000000000`] },
  assignments_end_after_they_start: { broken: [`update plan_assignment set ended_at = ${before('since')}`] },
  plans_have_their_subscription: { broken: [`update plan_assignment set source_id = 'sub_of_nobody'`] },
  allocations_are_in_order: { broken: [`update allocation set released_at = ${before('allocated_at')}`] },
  deployments_are_counted: { broken: [`update deployment set status = 'STOPPED'`] },
  allocations_within_history: {
    broken: [
      `insert into allocation (account_id, feature, resource_id, allocated_at)
       select ${ACCOUNT}, 'deployments', 'dep_' || n, now() from generate_series(1, 10) n`,
    ],
  },
  one_open_checkout_per_group: {
    broken: [
      `drop index if exists checkout_open`,
      `drop index if exists checkout_one_open`,
      `insert into checkout select (jsonb_populate_record(c, jsonb_build_object('id', 'chk_' || n, 'status', 'OPEN', 'session_id', 'cs_' || n))).*
       from checkout c, generate_series(1, 2) n`,
    ],
  },
  prices_are_never_edited: { broken: [`update price set amount_minor = amount_minor + 1`] },
  commands_follow_each_other: {
    broken: [
      `insert into command (id, account_id, deployment_id, deployment_hash, type, priority, parameters, status, timeout_seconds, warnings)
       select 'cmd_' || n, account_id, id, hash, 'health', 1, '{}', 'RUNNING', 300, '[]' from deployment, generate_series(1, 2) n`,
    ],
  },
}

describe('Invariants', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
    const token = await server.token('ann@example.com')
    await buyPlan(server, token, 'plus')
    await requestDeployment(server, token)
  })
  afterAll(() => server.close())

  const ask = async (token: string) => server.graphql(Invariants, {}, token)

  const round = (isOver = () => false) => checkDue(server.app.context, isOver, 0, 0)

  it('are checked in the background, and a view returns the stored results without checking', async () => {
    const token = await server.token('ops@example.com', { roles: ['admin'] })
    expect((await ask(token)).data.invariants).toEqual([])
    await round()
    const first = (await ask(token)).data.invariants!
    expect(first.filter(({ ok }) => !ok)).toEqual([])
    await server.query(`update allocation set released_at = ${before('allocated_at')}`)
    expect((await ask(token)).data.invariants).toEqual(first)
    await round()
    const second = (await ask(token)).data.invariants!
    expect(second.filter(({ ok }) => !ok).map(({ name }) => name)).toContain('allocations_are_in_order')
    expect(second[0]!.checkedAt > first[0]!.checkedAt).toBe(true)
    await server.query(`update allocation set released_at = null`)
    await round()
  })

  it('are checked for fewer accounts at once after a part that took long', async () => {
    await server.query(
      `insert into account (id, kind, external_id, name) select 'acc_many' || n, 'PERSON', 'many' || n, 'Many' from generate_series(1, 250) n`,
    )
    let now = 0
    const { database, catalog, log, timers } = server.app.context
    const slow = {
      database,
      catalog,
      declared: allDeclared,
      log,
      timers: { ...timers, monotonic: () => (now += 20_000) },
    }
    let parts = 0
    await checkDue(slow, () => ++parts > 3, 0, 0)
    const [checked] = await server.query<{ count: number }>(
      `select count(*)::int as count from account, invariant_round where account.id <= invariant_round.after`,
    )
    expect(checked!.count).toBe(200 + 20 + 2)
    await round()
    await server.query(`delete from account where id like 'acc_many%'`)
    await round()
  })

  it('are checked to the end after a stop between two parts of the accounts', async () => {
    const token = await server.token('ops@example.com', { roles: ['admin'] })
    await server.query(
      `insert into account (id, kind, external_id, name) select 'acc_many' || n, 'PERSON', 'many' || n, 'Many' from generate_series(1, 450) n`,
    )
    let parts = 0
    const since = (await ask(token)).data.invariants![0]!.checkedAt
    await round(() => ++parts > 1)
    expect((await ask(token)).data.invariants![0]!.checkedAt).toBe(since)
    await Promise.all([round(), round()])
    const [counted] = await server.query<{ count: number }>(`select count(*)::int as count from account`)
    const found = (await ask(token)).data.invariants!
    expect(found.find(({ name }) => name === 'account_version_is_its_last_event')!.checkedCount).toBe(counted!.count)
    await server.query(`delete from account where id like 'acc_many%'`)
    await round()
  })

  it('of an account whose data is too much for a statement of several rules are checked one by one', async () => {
    const token = await server.token('ops@example.com', { roles: ['admin'] })
    const results = async () =>
      (await ask(token)).data
        .invariants!.map(({ name, ok, checkedCount }) => ({ name, ok, checkedCount }))
        // A comparison in the background can end between the rounds.
        .filter(({ name }) => name !== 'money_matches_provider')
    await round()
    const usual = await results()
    await server.query(`update invariant_round set results = '{}'`)
    const { database, catalog, log, timers } = server.app.context
    let refused = 0
    const slow = Object.assign(Object.create(database) as typeof database, {
      transaction: <Result>(work: (transaction: Transaction) => Promise<Result>) =>
        database.transaction((transaction) =>
          work(
            Object.assign(Object.create(transaction) as Transaction, {
              rows: ((made, ...values) => {
                if (!made.text.startsWith(`select '`)) return transaction.rows(made, ...values)
                refused++
                throw new Error('canceling statement due to statement timeout')
              }) satisfies Sql['rows'],
            }),
          ),
        ),
    })
    await checkDue({ database: slow, catalog, declared: allDeclared, log, timers }, () => false, 0, 0)
    expect(refused).toBeGreaterThan(1)
    expect(await results()).toEqual(usual)
  })

  it.each([
    ['nothing', `select 1`],
    ['an hour', `update usage_rollup set used = 7 where period = 'HOUR' and starts_at = '2026-02-02T22:00Z'`],
    ['a missing day', `delete from usage_rollup where period = 'DAY' and starts_at = '2026-01-30T00:00Z'`],
    [
      'a day without entries',
      `update usage_rollup set starts_at = '2026-01-29T00:00Z' where starts_at = '2026-01-30T00:00Z'`,
    ],
    ['a later hour', `update usage_rollup set starts_at = '2027-01-01T00:00Z' where starts_at = '2026-01-30T22:00Z'`],
    ['a month', `update usage_rollup set cost_minor = 7 where period = 'MONTH' and starts_at = '2026-02-01T00:00Z'`],
    ['an entry', `update ledger_entry set amount = -9 where operation_no = 5 and kind = 'CONSUME'`],
  ])('finds in parts of the rollup what it finds in the whole: %s', async (name, change) => {
    const undone = new Error('undone')
    const { name: inParts } = allDeclared.invariants.rules.find((rule) => 'checkInParts' in rule)!
    const work = async (transaction: Transaction) => {
      const used = [0, 0, 1, 3, 3, 40]
      for (const [index, days] of used.entries())
        await execute(
          transaction,
          entry(index + 1, 'CONSUME', -1, {
            key: `part${index}`,
            at: `timestamptz '2026-01-30T22:30Z' + interval '${days} days'`,
          }),
        )
      for (const statement of ROLLED_UP) await execute(transaction, statement)
      await execute(transaction, change)
      const { id } = (await queryRow<{ id: string }>(transaction, `select ${ACCOUNT} as id`))!
      const current = server.app.context.catalog.current()
      const found = await allDeclared.invariants.checkAccount(transaction, current, id)
      const whole = found.find((rule) => rule.name === inParts)!
      expect(whole.counterexample === null).toBe(name === 'nothing')
      for (const maxEntries of [1, 2, 4, 1000]) {
        const { checked, counterexample } = await checkRollupInParts(transaction, id, maxEntries)
        expect(counterexample === null).toBe(name === 'nothing')
        if (name === 'nothing') expect(checked).toBe(whole.checked)
      }
      throw undone
    }
    await expect(server.app.context.database.transaction(work)).rejects.toBe(undone)
  })

  it('are at least twelve rules, listed to operators with the checked data', async () => {
    const { data } = await ask(await server.token('ops@example.com', { roles: ['admin'] }))
    expect(data.invariants!.length).toBeGreaterThanOrEqual(12)
    expect(data.invariants!.filter(({ ok }) => !ok)).toEqual([])
    expect(data.invariants!.map(({ name }) => name)).toEqual(allDeclared.invariants.rules.map(({ name }) => name))
    expect(data.invariants!.find(({ name }) => name === 'events_have_no_gaps')!.checkedCount).toBeGreaterThanOrEqual(2)
    const byKey = await ask(await server.serviceKey(['ops:read']))
    expect(byKey.errors).toBeUndefined()
    const { errors } = await ask(await server.token('user@example.com'))
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  it('hold after a day of activity', () => expectInvariants(server))

  it('are each broken by one case here', () => {
    expect(Object.keys(breaks).toSorted()).toEqual(allDeclared.invariants.rules.map(({ name }) => name).toSorted())
  })

  it.each(Object.entries(breaks))('%s returns a counterexample', async (name, { given = [], broken }) => {
    const { database, catalog } = server.app.context
    const undone = new Error('undone')
    const found: Invariant[] = []
    const split: RuleOutcome[] = []
    const look = async (sql: Sql) => {
      found.push((await allDeclared.invariants.checkRules(sql, catalog.current())).find((rule) => rule.name === name)!)
      const ids = (await sql.query.selectFrom('account').select('id').execute()).map(({ id }) => id)
      const ofAccounts = await allDeclared.invariants.checkSomeAccounts(sql, catalog.current(), ids)
      split.push(
        ofAccounts.get(name) ?? (await allDeclared.invariants.checkInstallation(sql, catalog.current())).get(name)!,
      )
    }
    await expect(
      database.transaction(async (transaction) => {
        for (const statement of given) await execute(transaction, statement)
        await look(transaction)
        for (const statement of broken) await execute(transaction, statement)
        await look(transaction)
        throw undone
      }),
    ).rejects.toBe(undone)
    const [before, after] = found
    expect(before).toMatchObject({ ok: true, counterexample: null })
    expect(after).toMatchObject({ ok: false, counterexample: expect.any(Object) })
    expect(after!.checked).toBeGreaterThan(0)
    expect(split.map(({ counterexample }) => counterexample === null)).toEqual([true, false])
    expect(split.map(({ checked }) => checked)).toEqual(found.map(({ checked }) => checked))
  })

  it('are also checked by a command with exit code 1 if one is broken', async () => {
    const run = () =>
      spawnSync(process.execPath, ['dist/src/cli/stackgate.js', 'invariants'], {
        env: { ...process.env, DATABASE_URL: server.databaseUrl, DATA_DIR: server.dataDir },
        encoding: 'utf8',
      })
    const sound = run()
    expect([sound.status, sound.stderr]).toEqual([0, ''])
    expect(sound.stdout).toContain('ok     account_version_is_its_last_event (')
    await server.query(`update allocation set released_at = ${before('allocated_at')}`)
    const broken = run()
    expect(broken.status).toBe(1)
    expect(broken.stdout).toMatch(/^BROKEN allocations_are_in_order \(1\) \{.*"account_id":"acc_/m)
    await server.query(`update allocation set released_at = null`)
  })
})
