import type { TestServer } from './test-server.js'

/** Starts a deployment of a template. */
export async function deploymentOf(server: TestServer, token: string, templateId: string, key: string): Promise<void> {
  const { data } = await server.graphql<{ startDeployment: { __typename: string } }>(
    `mutation ($input: StartDeploymentInput!, $key: String!) { startDeployment(input: $input, key: $key) { __typename denial { __typename code message } } }`,
    { input: { templateId }, key: key },
    token,
  )
  if (data.startDeployment.__typename !== 'DeploymentPayload') throw new Error(JSON.stringify(data))
}
