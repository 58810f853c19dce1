import { randomUUID } from 'node:crypto'
import type { TestServer } from './test-server.js'

export interface Gate {
  allowed: boolean
  denials: { code: string; field?: string }[]
  explain: string[]
}

export const eligibilityOf = async (server: TestServer, token: string, id: string, machine: object | null = null) => {
  const { data } = await server.graphql<{ template: { eligibility: Gate } | null }>(
    `query ($id: ID!, $server: ServerInput) { template(by: { id: $id }) { eligibility(server: $server) { allowed explain denials { code issues { path } } } } }`,
    { id, server: machine },
    token,
  )
  return data.template?.eligibility ?? { allowed: false, explain: [], denials: [{ code: 'NOT_FOUND' }] }
}

export const deployTemplate = async (
  server: TestServer,
  token: string,
  templateId: string,
  machine: object | null = null,
) => {
  const { data, errors } = await server.graphql<{ startDeployment: { __typename: string; code?: string } }>(
    `mutation ($input: StartDeploymentInput!, $key: String!) { startDeployment(input: $input, key: $key) { denial { code } } }`,
    { input: { templateId, server: machine }, key: randomUUID() },
    token,
  )
  return errors ? errors[0]!.extensions.code : (data.startDeployment.code ?? data.startDeployment.__typename)
}

export const templateProductOf = async (server: TestServer, externalId: string) =>
  (
    await server.graphql<{
      product: { code: string; active: boolean; vendor: { id: string; name: string } } | null
    }>(
      `query ($id: String!) { product(by: { externalId: $id }) { type code externalId active vendor { id name } prices { interval { unit count } } } }`,
      { id: externalId },
    )
  ).data.product
