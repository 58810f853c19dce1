import { variablesOf } from './mutations.js'
import { randomUUID } from 'node:crypto'
import type { TestServer } from './test-server.js'

export interface CreatedKey {
  readonly apiKey: {
    id: string
    name: string
    scopes: string[]
    account: { id: string } | null
    lastUsedAt: string | null
  }
  readonly secret: string
}

interface KeyDenial {
  readonly code?: string
  readonly message?: string
  readonly issues?: { path: string[] }[]
}

export const createKey = async (server: TestServer, token: string | null, input: object) => {
  const { data, errors } = await server.graphql<{ createApiKey: CreatedKey & KeyDenial } | null>(
    `mutation ($input: CreateApiKeyInput!, $key: String!) {
      createApiKey(input: $input, key: $key) { apiKey { id name scopes account { id } lastUsedAt } secret denial { code message issues { path } } }
    }`,
    variablesOf('createApiKey', { name: 'billing page', key: randomUUID(), ...input }),
    token,
  )
  const answer = data?.createApiKey
  return {
    made: answer?.secret ? answer : null,
    code: errors?.[0]?.extensions.code ?? answer?.code ?? null,
    message: answer?.message,
    paths: answer?.issues?.map(({ path }) => path.join('.')),
  }
}

export const revokeKey = (server: TestServer, token: string | null, id: string) =>
  server.graphql<{ revokeApiKey: { revokedAt: string } } | null>(
    `mutation ($id: ID!) { revokeApiKey(id: $id) { apiKey { revokedAt } } }`,
    { id },
    token,
  )

export const checkWithKey = async (url: string, token: string, accountId?: string) => {
  const response = await fetch(`${url}/api/v1/entitlements/check`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ account_id: accountId, feature: 'deployments' }),
  })
  return { status: response.status, code: ((await response.json()) as { code?: string }).code }
}
