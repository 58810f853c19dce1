import type { TestServer } from './test-server.js'

export interface CreatedKey {
  readonly apiKey: { id: string; name: string; scopes: string[]; accountId: string | null; lastUsedAt: string | null }
  readonly secret: string
}

export const createKey = async (server: TestServer, token: string | null, input: object) => {
  const { data, errors } = await server.graphql<{ createApiKey: CreatedKey } | null>(
    `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id name scopes accountId lastUsedAt } secret } }`,
    { input: { name: 'billing page', ...input } },
    token,
  )
  return {
    made: data?.createApiKey ?? null,
    code: errors?.[0]?.extensions.code ?? null,
    error: errors?.[0]?.extensions,
  }
}

export const revokeKey = (server: TestServer, token: string | null, id: string) =>
  server.graphql<{ revokeApiKey: { revokedAt: string } } | null>(
    `mutation ($id: ID!) { revokeApiKey(id: $id) { revokedAt } }`,
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
