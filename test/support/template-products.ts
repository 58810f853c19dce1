import { randomUUID } from 'node:crypto'
import type { TestServer } from './test-server.js'

export interface Gate {
  allowed: boolean
  denials: { code: string; field?: string }[]
  explain: string[]
}

export const eligibilityOf = async (server: TestServer, token: string, id: string, machine: object | null = null) => {
  const { data, errors } = await server.graphql<{ deploymentEligibility: Gate }>(
    `query ($id: ID!, $server: ServerInput) { deploymentEligibility(templateId: $id, server: $server) { allowed explain denials { code ... on Refused { field } } } }`,
    { id, server: machine },
    token,
  )
  return errors
    ? { allowed: false, explain: [], denials: [{ code: errors[0]!.extensions.code }] }
    : data.deploymentEligibility
}

export const deployTemplate = async (
  server: TestServer,
  token: string,
  templateId: string,
  machine: object | null = null,
) => {
  const { data, errors } = await server.graphql<{ startDeployment: { __typename: string; code?: string } }>(
    `mutation ($input: StartDeploymentInput!) { startDeployment(input: $input) { __typename ... on Denial { code } } }`,
    { input: { templateId, server: machine, idempotencyKey: randomUUID() } },
    token,
  )
  return errors ? errors[0]!.extensions.code : (data.startDeployment.code ?? data.startDeployment.__typename)
}

export const templateProductOf = async (server: TestServer, externalId: string) =>
  (
    await server.graphql<{
      templateProduct: { code: string; active: boolean; vendor: { id: string; name: string } } | null
    }>(
      `query ($id: String!) { templateProduct(externalId: $id) { type code externalId active vendor { id name } prices { interval } } }`,
      { id: externalId },
    )
  ).data.templateProduct
