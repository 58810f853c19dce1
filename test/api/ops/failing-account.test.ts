import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sweepIntents } from '#services/billing/checkout/sweep-intents.js'
import { SWEEP_PAGE } from '#services/kernel/event-loop/for-each-separately.js'
import { sweepChanges } from '#services/billing/subscriptions/changes/sweep-changes.js'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { BATCH } from '#services/entitlements/ledger-chain/chain-entries.js'
import { aggregateAll } from '#services/entitlements/analytics/start-aggregation.js'
import { chainNewEntries } from '#services/entitlements/ledger-chain/chain-new-entries.js'
import { makeDueRoot } from '#services/entitlements/ledger-chain/make-root.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService } from '#test/support/entitlements.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { reconcile, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { change, stripeCall, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

/** Names of all periodic jobs and claim loops of the source code. */
function registeredJobs(): string[] {
  const files = readdirSync('src/services', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  return files.flatMap((file) => {
    const source = readFileSync(join('src/services', file), 'utf8')
    const found = [
      ...source.matchAll(/\brunPeriodically\(\s*\w+,\s*[\w.]+,\s*([^,]+),/g),
      ...source.matchAll(/\bstartClaimLoop<\w+>\(\{\s*name: ([^,]+),/g),
    ]
    const calls = source.match(/(?<!function )\b(?:runPeriodically\(|startClaimLoop<\w+>\()/g) ?? []
    if (calls.length !== found.length) throw new Error(`${file} registers a job in a form that is not read`)
    return found.map(([, name]) => name!.replaceAll("'", ''))
  })
}

/** Work of one job for several accounts. */
interface Work {
  /** Makes work for each account. */
  readonly give?: (accounts: readonly Subscriber[]) => Promise<unknown>
  /** SQL that makes the work due, in the transaction in which the account `:failing` begins to fail. */
  readonly due?: string
  /** Runs the job, unless the server does it within seconds. It may end with the error of the failing account. */
  readonly run?: () => Promise<unknown>
  /** SQL that returns the accounts with work that is not done. */
  readonly left: string
}

const ROWS = 'rows of a claim loop are processed separately, which "inbox" and "scheduled_job" show'
const SET = 'one statement for all accounts, which depends on nothing that an account can set'

describe('An account whose rows cannot be written', () => {
  let server: TestServer
  let operator: string
  let accounts: Subscriber[]
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    await withoutReconciliation(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    const service = await entitlementService(server)
    accounts = []
    for (const name of ['ann', 'bob', 'cem']) {
      const subscriber = await subscribe(server, `${name}@example.com`, { plan: 'scale' })
      for (const amount of [600_000, 51_250])
        await service.consume({ accountId: subscriber.accountId, feature: 'ai_credits', amount })
      accounts.push(subscriber)
    }
    await server.query(`create table failing_account (account_id text primary key)`)
    await server.query(`create function refuse_write() returns trigger language plpgsql as $$
      begin
        if exists (select from failing_account f where f.account_id in (coalesce(old.account_id, ''), coalesce(new.account_id, '')))
        then raise exception 'rows of this account cannot be written'; end if;
        return coalesce(new, old);
      end $$`)
    // The rows of queues can be claimed and completed: what they ask for fails.
    await server.query(`do $$ declare found record; begin
      for found in
        select c.table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
        where c.table_schema = current_schema() and c.column_name = 'account_id' and t.table_type = 'BASE TABLE'
          and c.table_name not in ('failing_account', 'inbox_event', 'outbox_event', 'audit_entry')
          and not exists (select from information_schema.columns l
            where l.table_schema = c.table_schema and l.table_name = c.table_name and l.column_name = 'lease_token')
      loop
        execute format('create trigger refuse_write before insert or update or delete on %I for each row execute function refuse_write()', found.table_name);
      end loop; end $$`)
    await untilQuiet(server)
  })
  afterAll(() => server.close())

  const ids = () => accounts.map(({ accountId }) => accountId)
  const ofDeployments = (table: string, columns: string, values: string) =>
    `insert into ${table} (id, account_id, deployment_id, ${columns}) select '${table}_' || id, account_id, id, ${values} from deployment;`
  // The account that fails has more rows than a job reads at once, and all of them are before those of others.
  const withDeployments = () =>
    server.query(
      `insert into deployment (id, hash, account_id, stack, status, apps, created_at)
       select 'dep_' || name, 'hash_' || name, account_id, 'wordpress', 'ACTIVE', '[]', now()
       from (select id as account_id, id as name from account where id = any($1)
         union all select $2, '000_' || number from generate_series(1, ${SWEEP_PAGE + 1}) number) named on conflict do nothing`,
      [ids(), ids()[1]],
    )
  const command = (status: string, column: string) =>
    `delete from command; insert into command (id, account_id, deployment_id, deployment_hash, type, priority, parameters, status, timeout_seconds, warnings, attempt, ${column})
     select 'cmd_${column}_' || id, account_id, id, hash, 'health', 1, '{}', '${status}', 300, '[]', 99, now() - interval '1 hour' from deployment;`

  const works: Readonly<Record<string, Work | string>> = {
    commands: {
      give: withDeployments,
      due: command('LEASED', 'lease_until'),
      left: `select account_id from command where status = 'LEASED'`,
    },
    expiry: {
      give: withDeployments,
      due: command('QUEUED', 'expires_at'),
      left: `select account_id from command where status = 'QUEUED'`,
    },
    presence: {
      give: withDeployments,
      due: `delete from command; ${ofDeployments('agent', 'token_hash, token_sealed, system_info, capabilities, presence, last_heartbeat_at', `'x' || id, '', '{}', '{}', 'ONLINE', now() - interval '1 hour'`)}`,
      left: `select account_id from agent where presence <> 'OFFLINE'`,
    },
    outages: {
      give: withDeployments,
      due: `delete from agent_outage; ${ofDeployments('agent_outage', 'kind, started_at', `'STATUS_PANEL', now() - interval '1 hour'`)}`,
      left: `select account_id from agent_outage where alerted_at is null`,
    },
    'compose presence': {
      give: withDeployments,
      due: ofDeployments(
        'compose_agent',
        'url, token_hash, last_heartbeat_at',
        `'https://example.com', 'x' || id, now() - interval '1 hour'`,
      ),
      left: `select account_id from compose_agent c where not exists (select from agent_outage o where o.account_id = c.account_id and o.kind = 'COMPOSE_AGENT')`,
    },
    'checkout intents': {
      due: `insert into checkout select (jsonb_populate_record(c, jsonb_build_object('id', 'chk_' || (number = 0) || number || '_' || c.account_id, 'status', 'CREATING', 'group_code', null,
              'session_id', null, 'url', null, 'completed_at', null, 'recorded_at', now() - interval '1 hour', 'expires_at', c.expires_at + interval '1 day'))).*
            from checkout c join generate_series(0, ${SWEEP_PAGE}) number on number = 0 or c.account_id = :failing where c.status = 'COMPLETED';`,
      run: () => sweepIntents(server.app.context),
      left: `select account_id from checkout where status = 'CREATING'`,
    },
    inbox: {
      run: async () => {
        for (const { externalId } of accounts)
          await stripeCall(server, 'POST', `subscriptions/${externalId}`, { cancel_at_period_end: 'true' })
        await untilDelivered(server)
      },
      left: `select account_id from billing_subscription where cancel_at is null`,
    },
    reconciliation: {
      due: `update billing_subscription set cancel_at = '2027-01-01';`,
      run: () => reconcile(server, operator, true),
      left: `select account_id from billing_subscription where cancel_at = '2027-01-01'`,
    },
    'ledger chain': {
      // The account that fails has more audit entries than a batch, and all of them are before those of others.
      due: `delete from account_chain_link; delete from account_chain; delete from ledger_root; delete from ledger_root_block;
            update audit_entry set chain_no = null;
            insert into audit_entry (id, account_id, actor, action, object, details, minute)
              select 'aud_' || a.id || number, a.id, 'usr_1', 'member.invited', a.id || number, '{}',
                date_trunc('minute', now()) - case when a.id = :failing then interval '2 hours' else interval '1 hour' end
              from account a join generate_series(0, ${BATCH}) number on number = 0 or a.id = :failing on conflict do nothing;`,
      run: async () => {
        await makeDueRoot(server.app.context)
        await chainNewEntries(server.app.context, null)
      },
      left: `select l.account_id from ledger_entry l where not exists (select from account_chain c where c.account_id = l.account_id and c.log = 'LEDGER')
             union select account_id from audit_entry where id like 'aud_acc%' and chain_no is null
             union select 'no root' where not exists (select from ledger_root)`,
    },
    analytics: {
      due: `delete from analytics_checkpoint;`,
      run: () => aggregateAll(server.app.context),
      left: `select distinct l.account_id from ledger_entry l where not exists (select from analytics_checkpoint c where c.account_id = l.account_id)`,
    },
    'subscription changes': {
      give: async () => {
        for (const account of accounts) {
          await change(server, account, 'resumeSubscription').catch(() => undefined)
          await change(server, account, 'changePlan', { plan: 'pro' })
        }
      },
      // The account that fails has more changes than a job reads at once, and all of them are before those of others.
      due: `update subscription_change set status = 'REQUESTED', recorded_at = now() - interval '1 hour' where status = 'SCHEDULED';
            insert into billing_subscription select (jsonb_populate_record(s, jsonb_build_object('id', 'sub_000' || number, 'external_id', 'failing-' || number, 'status', 'CANCELED'))).*
              from billing_subscription s, generate_series(1, ${SWEEP_PAGE}) number where s.account_id = :failing;
            insert into subscription_change select (jsonb_populate_record(c, jsonb_build_object('id', 'sch_000' || number, 'subscription_id', 'sub_000' || number))).*
              from subscription_change c, generate_series(1, ${SWEEP_PAGE}) number where c.account_id = :failing and c.status = 'REQUESTED';`,
      run: async () => {
        await server.query(
          `delete from subscription_change where id like 'sch_000%' and not exists (select from failing_account)`,
        )
        await sweepChanges(server.app.context)
      },
      left: `select account_id from subscription_change where status = 'REQUESTED'`,
    },
    scheduled_job: {
      give: async () => {
        for (const { token, email } of accounts)
          await new Buyer(server, token, email).start('purchasePackage', { package: 'credits_10k' })
      },
      due: `update scheduled_job set run_at = '2026-03-01' where kind = 'checkout.expire' and key in (select id from checkout where status = 'OPEN');
            update checkout set expires_at = '2026-03-01' where status = 'OPEN';`,
      left: `select account_id from checkout where status = 'OPEN'`,
    },
    'usage reports': {
      run: async () => {
        await server.advanceTo('2026-04-06T01:00:00Z').catch(() => undefined)
        await reportUsage(server.app.context)
      },
      left: `select account_id from overage_usage where used > invoiced`,
    },
    outbox: ROWS,
    mail: ROWS,
    webhook: ROWS,
    sync: ROWS,
    broker: ROWS,
    invariants: 'it reads, and writes only the one row with its results',
    installs: SET,
    nonces: SET,
    rates: SET,
    retention: SET,
    categories: 'no account is concerned',
    offers: 'no account is concerned',
    'price feeds': 'no account is concerned',
    'reconciliation report': 'one report for the installation',
  }

  it('is shown for every periodic job and claim loop, or left out by a reason', () => {
    expect([...new Set(registeredJobs())].toSorted()).toEqual(Object.keys(works).toSorted())
  })

  const shown = Object.entries(works).flatMap(([name, work]) =>
    typeof work === 'string' ? [] : [[name, work] as const],
  )
  it.each(shown)('stops no other account in the job "%s"', async (_, { give, due = '', run, left }) => {
    await give?.(accounts)
    await untilQuiet(server)
    const [, failing] = ids()
    const leftNow = async () => [
      ...new Set((await server.query<{ account_id: string }>(left)).map((row) => row.account_id)),
    ]
    const open = await server.query<{ attempts: number }>(
      `do $do$ begin ${due.replaceAll(':failing', `'${failing}'`)} insert into failing_account values ('${failing}'); end $do$`,
    )
    expect(open).toEqual([])
    try {
      const error = await run?.().then(
        () => null,
        (failed: Error) => failed,
      )
      if (error) expect(String(error)).toMatch(/cannot be written|subscription failing-\d+ not found at the provider/)
      await eventually(leftNow, (found) => found.length === 1, 20_000)
      expect(await leftNow()).toEqual([failing])
    } finally {
      await server.query(`delete from failing_account`)
    }
    await server.query(`update inbox_object set available_at = now() where lease_token is null`)
    await server.query(`update scheduled_job set available_at = now() where lease_token is null`)
    await run?.()
    await eventually(leftNow, (found) => found.length === 0, 20_000)
  })
})
