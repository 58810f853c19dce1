import { eventually } from './test-server.js'
import type { TestServer } from './test-server.js'

export interface Job {
  readonly __typename: string
  readonly id: string
  readonly status?: string
  readonly progressPercent?: number
  readonly runAt?: string
  readonly downloadUrl?: string | null
  readonly blockedReason?: string | null
  readonly code?: string
  readonly message?: string
  readonly subscription?: { readonly id: string }
}

export const JOB = `__typename ... on AccountJob { id status progressPercent runAt downloadUrl blockedReason }`

export const JOB_RESULT = `${JOB} ... on Denial { code message }`

const CONFLICT = `... on SubscriptionConflict { subscription { id } }`

export const changeJob = async (server: TestServer, token: string, mutation: string): Promise<Job> => {
  const { data, errors } = await server.graphql<{ task: Job }>(
    `mutation { task: ${mutation} { ${JOB_RESULT} ${mutation.startsWith('deleteAccount') ? CONFLICT : ''} } }`,
    {},
    token,
  )
  return errors ? { __typename: 'error', id: '', code: errors[0]!.extensions.code } : data.task
}

/** Input of a mutation for an account. */
export const jobInput = (accountId: string, key: string) =>
  `(input: { accountId: "${accountId}", idempotencyKey: "${key}" })`

export const readJob = async (server: TestServer, token: string, id: string): Promise<Job | null> => {
  const { data } = await server.graphql<{ node: Job | null }>(
    `query ($id: ID!) { node(id: $id) { ${JOB} } }`,
    { id },
    token,
  )
  return data.node
}

export const completedJob = (server: TestServer, token: string, id: string) =>
  eventually(
    () => readJob(server, token, id),
    (task) => task?.status === 'COMPLETED',
    15_000,
  )
