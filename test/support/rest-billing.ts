import type { TestServer } from './test-server.js'

export interface RestAnswer {
  readonly status: number
  readonly body: object
}

/** Calls a route below `/api/v1/billing`, or the one of a whole path. */
export async function postBilling(server: TestServer, verb: string, body: object, token: string): Promise<RestAnswer> {
  const path = verb.startsWith('/') ? verb : `/api/v1/billing/${verb}`
  const answer = await server.rest('POST', path, { token, body })
  return { status: answer.status, body: answer.body }
}

export const NOT_FOUND = { status: 404, body: { code: 'NOT_FOUND' } }
export const FORBIDDEN = { status: 403, body: { code: 'FORBIDDEN' } }

/** Expects that another user does not find the account, and that a service key without the scope is denied. */
export async function expectClosed(server: TestServer, verb: string, body: object): Promise<void> {
  const other = await server.token('other@example.com')
  const key = await server.serviceKey(['marketplace:sync'])
  expect([verb, await postBilling(server, verb, body, other)]).toMatchObject([verb, NOT_FOUND])
  expect([verb, await postBilling(server, verb, body, key)]).toMatchObject([verb, FORBIDDEN])
}

/** Expects that only operators can call the route, and that they do not find an unknown account. */
export async function expectOperators(
  server: TestServer,
  verb: string,
  body: object,
  { owner, operator }: { readonly owner: string; readonly operator: string },
): Promise<void> {
  const key = await server.serviceKey(['entitlements:write'])
  for (const token of [owner, key])
    expect([verb, await postBilling(server, verb, body, token)]).toMatchObject([verb, FORBIDDEN])
  const unknown = { ...body, account_id: 'acc_unknown' }
  expect([verb, await postBilling(server, verb, unknown, operator)]).toMatchObject([verb, NOT_FOUND])
}
