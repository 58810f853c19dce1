import { randomUUID } from 'node:crypto'
import type { TestServer } from './test-server.js'

export interface ReconciliationResult {
  id: string
  finishedAt: string | null
  checkedCount: number
  healedCount: number
  error: string | null
  drift: { kind: string; object: string; ours: unknown; theirs: unknown; healed: boolean }[]
}

export const RUN = `id finishedAt checkedCount healedCount error drift { nodes { kind object ours theirs healed } }`

interface WithDrift {
  readonly drift: readonly unknown[]
}

/** A run with a page of differences, as an operation selects it. */
export type Selected<Run extends WithDrift> = Omit<Run, 'drift'> & { readonly drift: { readonly nodes: Run['drift'] } }

/** A run with the differences of its page. */
export const withDrift = <Run extends WithDrift>({ drift, ...run }: Selected<Run>): Run =>
  ({ ...run, drift: drift.nodes }) as unknown as Run

/**
 * Leaves all reconciliation to the test. The scheduled one runs in the second minute of a server, so that on a slow machine it would heal
 * what a test has changed at the provider.
 */
export const withoutReconciliation = (server: TestServer, provider: 'STRIPE' | 'PAYPAL' = 'STRIPE') =>
  server.query(
    `insert into reconciliation_schedule (provider, scope, last_started_at)
     select $1::text, scope, now() + interval '1 day' from unnest(array['EVENTS', 'STATE']) scope
     on conflict (provider, scope) do update set last_started_at = excluded.last_started_at`,
    [provider],
  )

export const reconcile = async (
  server: TestServer,
  operator: string,
  heal = false,
  since?: string,
): Promise<ReconciliationResult> => {
  const { data, errors } = await server.graphql<{ reconcile: Selected<ReconciliationResult> }>(
    `mutation ($input: ReconcileInput!, $key: String!) { reconcile(input: $input, key: $key) { reconciliationRun { ${RUN} } } }`,
    { input: { provider: 'STRIPE', heal, from: since }, key: randomUUID() },
    operator,
  )
  expect(errors).toBeUndefined()
  expect(data.reconcile.finishedAt).not.toBeNull()
  return withDrift(data.reconcile)
}

/** Differences that a comparison finds, without events that did not arrive. */
export async function differences(
  server: TestServer,
  operator: string,
  heal: boolean,
): Promise<ReconciliationResult['drift']> {
  const { error, drift } = await reconcile(server, operator, heal)
  expect(error).toBeNull()
  return drift.filter(({ kind }) => kind !== 'MISSING_EVENT')
}

/** Loses all webhooks of the sandbox, also their repetitions. */
export const loseWebhooks = (server: TestServer) =>
  server.sandboxControl('POST', 'faults', { match: {}, action: 'webhook_drop' })
