import { AccountCursor } from '@stackgate/client/documents'
import type { TestServer } from './test-server.js'

export interface TestAccount {
  readonly id: string
  readonly kind: string
  readonly externalId: string
  readonly name: string
}

export interface TestViewer {
  readonly user: { id: string; email: string }
  readonly account: TestAccount & { readonly viewerCan: string[] }
  readonly accounts: { readonly nodes: TestAccount[] }
}

export const VIEWER = `{ viewer { user { id email } account { id kind externalId name viewerCan } accounts { nodes { id kind externalId name viewerCan } } } }`

export const ACCOUNT = `query ($id: ID) { account(id: $id) { id kind externalId name } }`

export const readViewer = async (server: TestServer, token: string) =>
  (await server.graphql<{ viewer: TestViewer | null }>(VIEWER, {}, token)).data.viewer

export const readAccount = async (server: TestServer, token: string | null, id?: string) =>
  (await server.graphql<{ account: TestAccount | null }>(ACCOUNT, { id }, token)).data.account

/** ID of the token's own account. */
export async function accountIdOf(server: Pick<TestServer, 'graphql'>, token: string): Promise<string> {
  const { data } = await server.graphql(AccountCursor, {}, token)
  return data.account!.id
}
