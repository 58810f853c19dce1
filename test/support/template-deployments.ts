import type { TestServer } from './test-server.js'

/** Starts a deployment of a template. */
export async function deploymentOf(server: TestServer, token: string, templateId: string, key: string): Promise<void> {
  const { data } = await server.graphql<{ startDeployment: { __typename: string } }>(
    `mutation ($input: StartDeploymentInput!) { startDeployment(input: $input) { __typename ... on Denial { code message } } }`,
    { input: { templateId, idempotencyKey: key } },
    token,
  )
  if (data.startDeployment.__typename !== 'DeploymentStarted') throw new Error(JSON.stringify(data))
}
