import { variablesOf } from './mutations.js'
import { DeploymentCommands } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { eventually, type TestServer } from './test-server.js'
import { enroll, TestAgent } from './test-agent.js'

/** Deployment with the token of its owner. */
export interface TestDeployment {
  readonly owner: string
  readonly id: string
  readonly hash: string
  readonly enrolmentToken: string
}

/** A deployment whose agent has registered. */
export interface DeploymentWithAgent extends TestDeployment {
  readonly agent: TestAgent
}

/** Fields of a command or a denial that the tests read. */
export interface CommandAnswer {
  readonly __typename: string
  readonly id: string
  readonly code: string
  readonly field: string | null
  readonly issues?: readonly { readonly path: readonly string[]; readonly code: string }[]
  readonly message: string
  readonly status: string
  readonly type: string
  readonly priority: string
  readonly appCode: string | null
  readonly parameters: Record<string, unknown>
}

const START = `mutation ($template: ID!, $account: ID, $key: String!) {
  startDeployment(input: { templateId: $template, accountId: $account }, key: $key) { __typename
    enrolmentToken
    deployment { __typename id hash status }
    denial { __typename code message }
  }
}`

/** Result of `startDeployment`. */
export interface StartAnswer {
  readonly __typename: string
  readonly code: string
  readonly message: string
  readonly enrolmentToken: string | null
  readonly deployment: { readonly id: string; readonly hash: string; readonly status: string }
}

/** The id of a template of the catalog. */
export async function templateId(server: TestServer, slug: string): Promise<string> {
  const { data } = await server.graphql<{ template: { id: string } }>(
    `query ($slug: String!) { template(by: { slug: $slug }) { id } }`,
    {
      slug,
    },
  )
  return data.template.id
}

/** Starts a deployment of a template and returns the result of the mutation. */
export async function requestDeployment(
  server: TestServer,
  owner: string,
  options: { slug?: string; key?: string; account?: string } = {},
): Promise<StartAnswer> {
  const template = await templateId(server, options.slug ?? 'static-site')
  const variables = { template, account: options.account ?? null, key: options.key ?? randomUUID() }
  const { data, errors } = await server.graphql<{ startDeployment: StartAnswer }>(START, variables, owner)
  if (errors) throw new Error(JSON.stringify(errors))
  return data.startDeployment
}

/** Running deployment of a new user. Every plan includes its template. */
export async function newDeployment(
  server: TestServer,
  email = `${randomUUID()}@example.com`,
  slug = 'static-site',
): Promise<TestDeployment> {
  const owner = await server.token(email)
  const { deployment, enrolmentToken } = await requestDeployment(server, owner, { slug })
  return { owner, id: deployment.id, hash: deployment.hash, enrolmentToken: enrolmentToken! }
}

/** As `newDeployment`, with a registered agent that has not polled yet. */
export async function deploymentWithAgent(
  server: TestServer,
  options: { email?: string; capabilities?: string[]; slug?: string } = {},
): Promise<DeploymentWithAgent> {
  const deployment = await newDeployment(server, options.email, options.slug)
  const { body } = await enroll(server.url, deployment.hash, deployment.enrolmentToken, options.capabilities)
  const { agent_id: id, agent_token: token } = body.data.item
  return { ...deployment, agent: new TestAgent(server.url, { id, token, hash: deployment.hash }) }
}

const ENQUEUE = `mutation ($command: CommandInput!, $deploymentId: ID!, $key: String!, $priority: CommandPriority, $timeoutSeconds: Int) {
  enqueueCommand(command: $command, deploymentId: $deploymentId, key: $key, priority: $priority, timeoutSeconds: $timeoutSeconds) {
    command { __typename id status type priority appCode parameters }
    denial { __typename code message issues { path code message } }
  }
}`

/** Enqueues a command over GraphQL; by default a start, which no rate limits. */
export async function enqueue(
  server: TestServer,
  deployment: Pick<TestDeployment, 'owner' | 'hash'>,
  options: { command?: object; priority?: string; timeoutSeconds?: number; key?: string } = {},
): Promise<CommandAnswer> {
  const { command, key, ...rest } = options
  const input = {
    deploymentHash: deployment.hash,
    command: command ?? { start: { appCode: 'web' } },
    idempotencyKey: key ?? randomUUID(),
    ...rest,
  }
  const { data, errors } = await server.graphql<{ enqueueCommand: CommandAnswer }>(
    ENQUEUE,
    variablesOf('enqueueCommand', input),
    deployment.owner,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  return data.enqueueCommand
}

/** A command as its owner reads it. */
export interface CommandState {
  readonly status: string
  readonly attempt: number
  readonly result: unknown
  readonly rawReport: unknown
  readonly error: { readonly code: string; readonly message: string } | null
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
  readonly leaseUntil: string | null
  readonly finishedAt: string | null
}

/** Reads a command over GraphQL. */
export async function readCommand(server: TestServer, owner: string, id: string): Promise<CommandState> {
  const { data } = await server.graphql<{ command: CommandState }>(
    `query ($id: ID!) {
      command(id: $id) { status attempt result rawReport error { code message } warnings { code message } leaseUntil finishedAt }
    }`,
    { id },
    owner,
  )
  return data.command
}

/** Position of a deployment's stream, as a page that subscribes reads it. */
export async function streamCursor(
  server: TestServer,
  { hash, owner }: { readonly hash: string; readonly owner: string },
): Promise<string> {
  const { data } = await server.graphql(DeploymentCommands, { id: hash }, owner)
  return data.deployment!.cursor
}

/**
 * Number of rows per table: equal counts before and after mean that nothing was written. Excludes tables that change in
 * the background: the inbox, because the sandbox sends events of the catalog's prices; the outbox and the scheduled
 * jobs, which workers empty; and the audit log, which also records denials.
 */
export async function rowCounts(server: TestServer): Promise<Record<string, number>> {
  const counts = async () => JSON.stringify(await rowCountsNow(server))
  // Effects of an earlier purchase may still be in progress.
  let seen = await counts()
  await eventually(
    async () => {
      await new Promise((wake) => setTimeout(wake, 100))
      const [before, now] = [seen, await counts()]
      seen = now
      const [waiting] = await server.query<{ count: number }>(
        `select count(*)::int as count from inbox_event where state = 'RECEIVED'`,
      )
      return waiting!.count === 0 && before === now
    },
    (isQuiet) => isQuiet,
  )
  return JSON.parse(seen) as Record<string, number>
}

/** Tables that background jobs write at moments of their own: a slow test must not see that as a change. */
const WRITTEN_BY_JOBS = [
  'account_chain',
  'account_chain_link',
  'agent_outage',
  'analytics_checkpoint',
  'audit_entry',
  'counted_checkout',
  'counted_purchase',
  'credit_daily',
  'invariant_round',
  'ledger_root',
  'ledger_root_block',
  'operator_event',
  'outbox_event',
  'rate_limit_counter',
  'reconciliation_run',
  'reconciliation_schedule',
  'recurring_period',
  'sales_daily',
  'scheduled_job',
  'server_load',
  'subscriber_period',
  'usage_daily',
  'usage_rollup',
]
/**
 * Conditions that exclude rows that such jobs add to other tables: heartbeats are written later, a silent agent is offline after a
 * while, and a command that it does not report is queued again or lost.
 */
const OF_JOBS: Record<string, string> = {
  stream_event: `where type not in ('agent.online', 'agent.offline', 'agent.reachable', 'agent.unreachable')
    and not (type in ('command.queued', 'command.lost') and data ? 'previousStatus')`,
}

async function rowCountsNow(server: TestServer): Promise<Record<string, number>> {
  const tables = await server.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
       and table_name not like 'inbox%' and table_name <> all ($1) order by 1`,
    [WRITTEN_BY_JOBS],
  )
  const counts = await server.query<Record<string, number>>(
    `select ${tables.map(({ name }) => `(select count(*)::int from "${name}" ${OF_JOBS[name] ?? ''}) as "${name}"`).join(', ')}`,
  )
  return counts[0]!
}

export const CANCEL_COMMAND = `mutation ($id: ID!) {
  cancelCommand(id: $id) { command { __typename id status } denial { __typename code message } }
}`

/** Cancels a command over GraphQL. */
export const cancelCommand = async (server: TestServer, token: string | null, id: string) =>
  server.graphql<{ cancelCommand: CommandAnswer }>(CANCEL_COMMAND, { id }, token)
