import type { TestServer } from './test-server.js'

export const ask = async <Data>(
  server: TestServer,
  token: string,
  query: string,
  variables: object = {},
): Promise<Data> => {
  const { data, errors } = await server.graphql<Data>(query, variables as Record<string, unknown>, token)
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}
