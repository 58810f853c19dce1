import { randomUUID } from 'node:crypto'
import { eventually, type TestServer } from './test-server.js'

/** Buys a plan for the token's account and waits until it is active. */
export async function buyPlan(
  server: TestServer,
  token: string,
  plan: string,
  terms: { interval?: 'MONTH' | 'YEAR'; quantity?: number } = {},
): Promise<void> {
  const { data, errors } = await server.graphql<{ startSubscription: { sessionId?: string } }>(
    `mutation ($plan: String!, $interval: BillingInterval, $quantity: Int, $key: String!) {
       startSubscription(input: { plan: $plan, interval: $interval, quantity: $quantity, idempotencyKey: $key }) {
         ... on Checkout { sessionId } ... on Denial { code message } } }`,
    { plan, interval: terms.interval ?? 'MONTH', quantity: terms.quantity ?? 1, key: randomUUID() },
    token,
  )
  const session = data?.startSubscription.sessionId
  if (!session) throw new Error(`no checkout: ${JSON.stringify(errors ?? data)}`)
  await server.sandboxControl('POST', `checkouts/${session}/pay`, {})
  await eventually(
    async () =>
      (
        await server.graphql<{ account: { plan: { plan: { code: string } } } }>(
          `{ account { plan { plan { code } } } }`,
          {},
          token,
        )
      ).data.account.plan.plan.code,
    (code) => code === plan,
  )
}
