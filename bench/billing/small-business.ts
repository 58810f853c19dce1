import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { builtModule } from '../harness/project.js'
import { startStackgate, type StackgateServer } from '../harness/stackgate-server.js'

const AT_ONCE = 8

interface LocalTokens {
  readonly signLocalToken: (
    clock: { now(): number },
    dataDir: string,
    request: { email: string; roles: string[] },
  ) => Promise<string>
}

/** A server with the catalog of a small business, its sandbox and its operator. */
export interface SmallBusiness {
  readonly server: StackgateServer
  /** Sends a document as the operator, or with another token. */
  readonly ask: <Data>(query: string, token?: string) => Promise<Data>
  /** Buys a plan for each of so many accounts. */
  readonly buy: (accounts: number) => Promise<void>
}

/** Starts a business with an empty data folder, by default with the server of this project. */
export async function openSmallBusiness(dataDir: string, folder?: string): Promise<SmallBusiness> {
  rmSync(dataDir, { recursive: true, force: true })
  const server = await startStackgate(dataDir, { DASHBOARD: 'off', DOCS: 'off' }, folder)
  const { signLocalToken } = await builtModule<LocalTokens>('services/identity/tokens/local-tokens.js')
  const operator = await signLocalToken(Date, dataDir, { email: 'ops@example.com', roles: ['admin'] })
  const ask = async <Data>(query: string, token = operator): Promise<Data> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const answer = await fetch(server.graphqlUrl, { method: 'POST', headers, body: JSON.stringify({ query }) })
    const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  const control = controlOf(server.sandboxUrl, readFileSync(join(dataDir, 'sandbox-token'), 'utf8').trim())
  return {
    server,
    ask,
    async buy(accounts) {
      let next = 0
      const buyer = async () => {
        for (let index = next++; index < accounts; index = next++) {
          const token = await signLocalToken(Date, dataDir, { email: `buyer-${index}@example.com`, roles: ['user'] })
          const plan = ['basic', 'plus', 'individual'][index % 3]
          const { startSubscription } = await ask<{ startSubscription: { checkout: { providerReference: string } } }>(
            `mutation { startSubscription(input: { provider: STRIPE, plan: "${plan}", quantity: ${1 + (index % 4)} }, key: "year") { checkout { providerReference } } }`,
            token,
          )
          await control(`checkouts/${startSubscription.checkout.providerReference}/pay`, {})
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, buyer))
    },
  }
}

/** The sandbox's control interface. */
const controlOf = (sandboxUrl: string, token: string) => async (path: string, body: unknown) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(`${sandboxUrl}/_sandbox/api/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
}
