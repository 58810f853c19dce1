import type { TestServer } from './test-server.js'

/** A difference between the money at a provider and the recorded money. */
export interface Drift {
  readonly kind: string
  readonly object: string
  readonly description: string
  readonly accountId: string | null
  readonly action: string | null
  readonly healed: boolean
}

/** A comparison of the money at a provider with the recorded money. */
export interface Run {
  readonly id: string
  readonly error: string | null
  readonly healed: number
  readonly money: { what: string; theirs: { decimal: string }; ours: { decimal: string } }[]
  readonly drift: Drift[]
}

const RUN = `id error healed money { what theirs { decimal } ours { decimal } } drift { kind object description accountId action healed }`

/** Compares the money as an operator does, with the input of the mutation `reconcile`. */
export async function reconcileMoney(server: TestServer, operator: string, input: object): Promise<Run> {
  const { data, errors } = await server.graphql<{ reconcile: Run }>(
    `mutation ($input: ReconcileInput!) { reconcile(input: $input) { ${RUN} } }`,
    { input },
    operator,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  expect(data.reconcile.error).toBeNull()
  return data.reconcile
}

/** Carries out the action for one difference of a run. */
export async function resolveDrift(
  server: TestServer,
  operator: string,
  run: Run,
  { kind, object }: Drift,
): Promise<Run> {
  const { data, errors } = await server.graphql<{ resolveDrift: Run }>(
    `mutation ($input: ResolveDriftInput!) { resolveDrift(input: $input) { ${RUN} } }`,
    { input: { runId: run.id, kind, object, reason: 'checked with the bank' } },
    operator,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  return data.resolveDrift
}
