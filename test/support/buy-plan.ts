import { randomUUID } from 'node:crypto'
import { StartSubscription, Account } from '@stackgate/client/documents'
import { eventually, type TestServer } from './test-server.js'

interface Terms {
  readonly interval?: { unit: 'MONTH' | 'YEAR'; count?: number }
  readonly quantity?: number
}

/** Starts to subscribe the token's account to a plan, and returns the session of its checkout. */
export async function startCheckout(
  server: Pick<TestServer, 'graphql'>,
  token: string,
  input: { plan: string; idempotencyKey?: string; accountId?: string } & Terms,
): Promise<string> {
  const { idempotencyKey: key = randomUUID(), ...terms } = input
  const variables = { input: { provider: 'STRIPE' as const, ...terms }, key }
  const { data, errors } = await server.graphql(StartSubscription, variables, token)
  const checkout = data?.startSubscription
  if (!checkout || !('providerReference' in checkout) || !checkout.providerReference)
    throw new Error(`no checkout: ${JSON.stringify(errors ?? data)}`)
  return checkout.providerReference
}

/** Buys a plan for the token's account and waits until it is active. */
export async function buyPlan(server: TestServer, token: string, plan: string, terms: Terms = {}): Promise<void> {
  const session = await startCheckout(server, token, { plan, ...terms })
  await server.sandboxControl('POST', `checkouts/${session}/pay`, {})
  await eventually(
    async () => (await server.graphql(Account, {}, token)).data.account!.plan.plan.code,
    (code) => code === plan,
  )
}
