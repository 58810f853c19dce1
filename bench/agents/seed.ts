import pg from 'pg'
import { builtModule } from '../harness/project.js'

/** Key with which the server seals secrets, so that agents can be created by SQL. */
export const SECRETS_KEY = 'a secrets key of the benchmarks'

/** An agent that the load generator plays. */
export interface BenchAgent {
  readonly id: string
  readonly hash: string
  readonly token: string
}

const padded = (number: number) => String(number).padStart(26, '0')
export const ACCOUNT = `acc_${padded(1)}`
export const deploymentId = (number: number): string => `dep_${padded(number)}`
export const agentOf = (number: number): BenchAgent => ({
  id: `agt_${padded(number)}`,
  hash: `bench_${number}`,
  token: `token-of-the-agent-number-${number}`,
})

/**
 * Creates a fleet: one account, and a number of deployments with an agent each. Returns a service key that can enqueue
 * for all of them.
 */
export async function seedFleet(pool: pg.Pool, count: number): Promise<string> {
  const { createSecretBox, hashSecret } = await builtModule<{
    createSecretBox: (keys: string[]) => { seal(plain: string, purpose: string): string }
    hashSecret: (secret: string) => string
  }>('services/kernel/secrets/secret-box.js')
  const { createSql } = await builtModule<{ createSql: (pool: pg.Pool, newId: unknown) => object }>(
    'services/kernel/database/sql.js',
  )
  const { createSources } = await builtModule<{ createSources: () => { newId: unknown } }>(
    'services/kernel/context/sources.js',
  )
  const { createServiceKey } = await builtModule<{
    createServiceKey: (sql: object, mode: string, request: object) => Promise<string>
  }>('services/identity/tokens/service-keys.js')
  const box = createSecretBox([SECRETS_KEY])
  const agents = Array.from({ length: count }, (_, index) => agentOf(index + 1))
  await pool.query(`insert into account (id, kind, external_id, name) values ($1, 'TEAM', 'bench', 'Bench')`, [ACCOUNT])
  await pool.query(
    `insert into deployment (id, hash, account_id, stack, status, apps, created_at)
     select 'dep_' || lpad(n::text, 26, '0'), 'bench_' || n, $1, 'bench', 'ACTIVE', '[{"code": "web", "name": "web", "containerName": null}]', now()
     from generate_series(1, $2::int) n`,
    [ACCOUNT, count],
  )
  await pool.query(
    `insert into agent (id, account_id, deployment_id, token_hash, token_sealed, system_info, capabilities)
     select id, $1, 'dep_' || right(id, 26), hash, sealed, '{}', '{docker,logs}'
     from unnest($2::text[], $3::text[], $4::text[]) as agent (id, hash, sealed)`,
    [
      ACCOUNT,
      agents.map(({ id }) => id),
      agents.map(({ token }) => hashSecret(token)),
      agents.map(({ id, token }) => box.seal(token, `agent:${id}`)),
    ],
  )
  return createServiceKey(createSql(pool, createSources().newId), 'sandbox', {
    name: 'bench',
    scopes: ['commands:write'],
    accountId: null,
  })
}

/** Commands of long ago, all of them done, of 7 applications and 3 types. Numbers begin at `from`. */
export async function seedHistory(pool: pg.Pool, deployment: number, from: number, count: number): Promise<void> {
  await pool.query(
    `insert into command (id, account_id, deployment_id, deployment_hash, type, app_code, priority, queue_position, parameters, status, timeout_seconds, warnings, finished_at)
     select 'cmd_' || lpad(n::text, 26, '0'), $1, $2, $3, (array['health', 'logs', 'restart'])[1 + n % 3], 'app' || n % 7, 1, n, '{}', 'SUCCEEDED', 300, '[]', now()
     from generate_series($4::bigint, $4::bigint + $5::bigint - 1) n`,
    [ACCOUNT, deploymentId(deployment), `bench_${deployment}`, from, count],
  )
}

/** A queue of restarts. */
export async function seedQueue(pool: pg.Pool, deployment: number, count: number): Promise<void> {
  await pool.query(
    `insert into command (id, account_id, deployment_id, deployment_hash, type, app_code, priority, queue_position, parameters, status, timeout_seconds, warnings)
     select 'cmd_q' || md5(random()::text || n), $1, $2, $3, 'restart', 'web', 1, n, '{}', 'QUEUED', 300, '[]' from generate_series(1, $4::int) n`,
    [ACCOUNT, deploymentId(deployment), `bench_${deployment}`, count],
  )
}
