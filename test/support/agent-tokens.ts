import { randomUUID } from 'node:crypto'
import type { TestDeployment } from './deployments.js'
import type { TestServer } from './test-server.js'

export interface TokenAnswer {
  readonly __typename: string
  readonly code: string
  readonly token: string
  readonly environment: string
  readonly agent: { readonly id: string }
}

export const requestToken = async (server: TestServer, query: string, own: TestDeployment, rest: object = {}) => {
  const variables = { hash: own.hash, key: randomUUID(), ...rest }
  return server.graphql<{ registerAgent: TokenAnswer; rotateAgentToken: TokenAnswer }>(query, variables, own.owner)
}
