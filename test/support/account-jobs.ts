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

const JOB = `__typename id status progressPercent runAt downloadUrl blockedReason`

const JOB_RESULT = `accountJob { ${JOB} } denial { __typename code message }`

const CONFLICT = `denial { subscription { id } }`

export const changeJob = async (server: TestServer, token: string, mutation: string): Promise<Job> => {
  const { data, errors } = await server.graphql<{ task: Job }>(
    `mutation { task: ${mutation} { ${JOB_RESULT} ${mutation.startsWith('deleteAccount') ? CONFLICT : ''} } }`,
    {},
    token,
  )
  return errors ? { __typename: 'error', id: '', code: errors[0]!.extensions.code } : data.task
}

/** Arguments of a mutation for an account. */
export const jobInput = (accountId: string, key: string) => `(accountId: "${accountId}", key: "${key}")`

export const readJob = async (server: TestServer, token: string, id: string): Promise<Job | null> => {
  const { data } = await server.graphql<{ node: Job | null }>(
    `query ($id: ID!) { node(id: $id) { ... on AccountJob { ${JOB} } } }`,
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
