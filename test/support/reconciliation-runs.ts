import { randomUUID } from 'node:crypto'
import type { TestServer } from './test-server.js'

export interface ReconciliationResult {
  id: string
  finishedAt: string | null
  checked: number
  healed: number
  error: string | null
  drift: { kind: string; object: string; ours: unknown; theirs: unknown; healed: boolean }[]
}

export const RUN = `id finishedAt checked healed error drift { kind object ours theirs healed }`

export const reconcile = async (server: TestServer, operator: string, heal = false): Promise<ReconciliationResult> => {
  const { data, errors } = await server.graphql<{ reconcile: ReconciliationResult }>(
    `mutation ($input: ReconcileInput!) { reconcile(input: $input) { ... on ReconciliationRun { ${RUN} } } }`,
    { input: { heal, idempotencyKey: randomUUID() } },
    operator,
  )
  expect(errors).toBeUndefined()
  expect(data.reconcile.finishedAt).not.toBeNull()
  return data.reconcile
}
