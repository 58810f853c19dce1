import type { TestServer } from './test-server.js'

export interface VisiblePolicy {
  id: string
  subject: string
  object: string
  action: string
}

export const listPolicies = async (server: TestServer, token: string) =>
  (await server.graphql<{ policies: VisiblePolicy[] }>(`{ policies { id subject object action } }`, {}, token)).data
    .policies

export const editPolicy = (
  server: TestServer,
  token: string,
  name: 'add' | 'remove',
  variables: Record<string, string>,
) =>
  server.graphql<{ addPolicy: VisiblePolicy; removePolicy: VisiblePolicy }>(
    name === 'add'
      ? `mutation ($subject: String!, $object: String!, $action: String!) { addPolicy(subject: $subject, object: $object, action: $action) { id subject object action } }`
      : `mutation ($id: ID!) { removePolicy(id: $id) { id } }`,
    variables,
    token,
  )
