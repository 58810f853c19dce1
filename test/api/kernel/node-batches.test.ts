import { NodeTypes } from '@stackgate/client/documents'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const COUNT = 20
const FEATURE = 'ai_stories'

const positions = [...Array(COUNT).keys()]
const idOf = (prefix: string, position: number) => `${prefix}_${String(position).padStart(26, '0')}`

/** Rows of operators, one for each position: the text has the ID as `$1` and the position as `$2`. */
const ROWS = {
  tsk: `insert into account_job (id, account_id, kind, requested_by, created_at, run_at)
    select $1, id, 'EXPORT', 'test', now(), now() from account order by id offset $2::int limit 1`,
  aud: `insert into audit_entry (id, actor, action, object, details, minute) values ($1, 'test', 'test', $2::int::text, '{}', now())`,
  rcn: `insert into reconciliation_run (id, provider, scope, drift)
    select $1, 'STRIPE', 'ALL', '[{"kind": "missing_event", "object": "x", "ours": null, "theirs": null, "healed": false}]' where $2::int >= 0`,
  ibx: `insert into inbox_event (id, provider, event_id, type, object_key, livemode, payload, state)
    values ($1, 'STRIPE', $2::int::text, 'test', 'event:' || $2::int, false, '{}', 'PROCESSED')`,
  mal: `insert into mail_message (id, account_id, state, recipient, subject, body, html, at, attempts, last_error)
    select $1, id, 'DEAD', 'a@example.com', 'Hello', 'text', 'html', now(), 150, 'refused' from account order by id offset $2::int limit 1`,
  pmg: `insert into plan_migration (id, plan_id, to_plan_version_id, state, requested_by, created_at)
    select $1, plan_id, id, 'COMPLETED', 'test', now() from plan_version where $2::int >= 0 limit 1`,
  sub: `insert into billing_subscription (id, account_id, provider, external_id, status, plan_version_id, started_at, fence)
    select $1, (select id from account order by id offset $2::int limit 1), 'STRIPE', $1, 'CANCELED', id, now(), 1 from plan_version limit 1`,
  pms: `insert into plan_migration_step (id, migration_id, account_id, subscription_id, from_plan_version_id)
    select $1, replace($1, 'pms', 'pmg'), account_id, id, plan_version_id from billing_subscription where id = replace($1, 'pms', 'sub') and $2::int >= 0`,
  dep: `insert into deployment (id, hash, account_id, stack, status, apps, created_at)
    select $1, 'deployment-' || $2::int, id, 'custom', 'ACTIVE', '[{"code": "web", "name": "Web", "containerName": null}]', now() from account order by id offset $2::int limit 1`,
  out: `insert into agent_outage (id, account_id, deployment_id, kind, started_at)
    select $1, account_id, id, 'STATUS_PANEL', now() from deployment where hash = 'deployment-' || $2::int`,
}

/** Statements that store webhooks: those about the catalog arrive during the tests. */
const RECEIVES_WEBHOOKS = /insert into inbox_event|with ordinality as i \(provider, transmission_id/

describe('Objects that are loaded together', () => {
  let server: TestServer
  let service: EntitlementService
  let root: string
  const seen: string[] = []
  const accounts: string[] = []
  const ids: Record<string, string[]> = {}
  beforeAll(async () => {
    server = await startTestServer({
      env: { CATALOG: 'agileforge' },
      app: { onStatement: (text) => void (RECEIVES_WEBHOOKS.test(text) || seen.push(text)) },
    })
    root = await server.token('root@example.com', { roles: ['root'] })
    service = await entitlementService(server)
    for (const position of positions) {
      const accountId = await newAccount(server)
      accounts.push(accountId)
      const used = { accountId, feature: FEATURE, amount: 1 + (position % 2) }
      ;(ids['csm'] ??= []).push((await service.consume(used)).id)
      ;(ids['rsv'] ??= []).push((await service.reserve(used)).id)
    }
    for (const [prefix, text] of Object.entries(ROWS))
      for (const position of positions) {
        await server.query(text, [idOf(prefix, position), position])
        ;(ids[prefix] ??= []).push(idOf(prefix, position))
      }
    const entries = await server.query<{ id: string }>(
      `select 'led_' || substr(account_id, 5) || '-' || version || '-0-0' as id from ledger_entry where account_id = any($1) and entry_no = 0 and operation_no = 0`,
      [accounts],
    )
    ids['led'] = entries.slice(0, COUNT).map(({ id }) => id)
    const events = await server.query<{ id: string }>('select min(id) as id from stream_event group by account_id')
    ids['evt'] = events.slice(0, COUNT).map(({ id }) => id)
    ids['drf'] = ids['rcn']!.map((id) => `drf_${id.slice(4)}-0`)
    ids['dlt'] = ids['mal']!.map((id) => `dlt_${id.slice(4)}-0`)
    ids['app'] = ids['dep']!.map((id) => `app_${id.slice(4)}-web`)
    ids['ent'] = accounts.map((id) => `ent_${id.slice(4)}-${FEATURE}`)
    ids['acc'] = accounts
  })
  afterAll(() => server.close())

  const nodes = async (given: readonly string[], token: string | null = root) =>
    (await server.graphql(NodeTypes, { ids: given }, token)).data.nodes
  const KINDS = 'csm rsv led evt tsk aud rcn dlt drf ibx pmg pms out ent acc dep app sub'.split(' ')
  it.each(KINDS)('need as many statements for twenty as for one: %s', async (kind) => {
    const wanted = ids[kind]!
    expect(wanted).toHaveLength(COUNT)
    const token = ['csm', 'rsv', 'led', 'ent'].includes(kind) ? service.key : root
    const found = await nodes(wanted, token)
    expect(found.map((node) => node?.id)).toEqual(wanted)
    const one = await statementsOf(seen, () => nodes(wanted.slice(0, 1), token))
    const all = await statementsOf(seen, () => nodes(wanted, token))
    expect(one).not.toEqual([])
    expect(all.length).toBeLessThanOrEqual(one.length)
  })

  it('need as many statements for the causes of fifty ledger entries as for that of one', async () => {
    const accountId = await newAccount(server)
    const causes = async (first: number) => {
      const { data } = await server.graphql<{
        account: { usage: { credits: { entries: { nodes: { cause: { id: string } | null }[] } }[] } }
      }>(
        `query ($id: ID!, $first: Int) { account(id: $id) { usage { credits { entries(first: $first) { nodes { cause { id } } } } } } }`,
        { id: accountId, first },
        service.key,
      )
      return data.account.usage.credits[0]!.entries.nodes.map(({ cause }) => cause?.id.slice(0, 3))
    }
    await grantTestCredits(server, accountId, FEATURE, 100)
    for (const _ of positions) {
      await service.consume({ accountId, feature: FEATURE, amount: 1 })
      await service.reserve({ accountId, feature: FEATURE, amount: 1 })
    }
    expect(new Set(await causes(50))).toEqual(new Set(['csm', 'rsv', 'grt']))
    const all = await statementsOf(seen, () => causes(50))
    expect(maxRepetitions(all)).toBe(1)
    expect(all.length).toBeLessThanOrEqual((await statementsOf(seen, () => causes(1))).length + 2)
  })

  it('do not exist for users of other accounts, nor under a second form of their ID', async () => {
    const token = await server.token('other@example.com')
    const all = KINDS.flatMap((kind) => ids[kind]!.slice(0, 3))
    for (const caller of [token, null]) expect(await nodes(all, caller)).toEqual(all.map(() => null))
    const [entry] = ids['led']!
    expect(await nodes([entry!.replace(/-0$/, '-00')], service.key)).toEqual([null])
    const [app] = ids['app']!
    expect(await nodes([`${app!}-none`, app!.replace('-web', '-Web'), 'app_none-web'], root)).toEqual([
      null,
      null,
      null,
    ])
  })
})
