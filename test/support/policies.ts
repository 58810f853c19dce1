import { Policies } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import type { TestServer } from './test-server.js'

export interface VisiblePolicy {
  id: string
  subject: string
  object: string
  action: string
}

export interface PolicyDenial {
  readonly code?: string
  readonly issues?: { path: string[] }[]
}

export const listPolicies = async (server: TestServer, token: string) =>
  (await server.graphql(Policies, {}, token)).data.policies!

export const editPolicy = (
  server: TestServer,
  token: string,
  name: 'add' | 'remove',
  variables: Record<string, string>,
) =>
  server.graphql<{ edited: VisiblePolicy & PolicyDenial }>(
    name === 'add'
      ? `mutation ($subject: String!, $object: String!, $action: String!, $key: String!) {
        edited: addPolicy(subject: $subject, object: $object, action: $action, key: $key) {
          policy { id subject object action }
          denial { code issues { path } }
        }
      }`
      : `mutation ($id: ID!) {
        edited: removePolicy(id: $id) { deletedId denial { code } }
      }`,
    name === 'add' ? { key: randomUUID(), ...variables } : variables,
    token,
  )
