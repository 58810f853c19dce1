import { variablesOf } from './mutations.js'
import { randomUUID } from 'node:crypto'
import type { TestServer } from './test-server.js'

/** A negotiated plan as the API shows it, or a denial. */
export interface NegotiatedPlanView {
  readonly __typename: string
  readonly code?: string
  readonly message?: string
  readonly issues?: readonly { readonly path: readonly string[] }[]
  readonly id: string
  readonly status: string
  readonly endsAt: string | null
  readonly price: { readonly id: string; readonly money: { readonly decimal: string } }
}

const FIELDS = `id status plan { code } price { id money { decimal currency } interval { unit count } } quantity ordinaryPrice { money { decimal } }
  periods endsAt expiresAt reason startedAt endedAt`
const DENIAL = `denial { code message issues { path } }`

/** Offers Business for 9.00 a month and three periods, unless told otherwise. */
export async function offerPlan(
  server: TestServer,
  operator: string,
  input: { readonly accountId: string; readonly [field: string]: unknown },
): Promise<NegotiatedPlanView> {
  const terms = {
    plan: 'business',
    price: { amountMinor: 900, currency: 'USD' },
    interval: { unit: 'MONTH', count: 1 },
    periods: 3,
    reason: 'Agreed by phone',
  }
  const { data, errors } = await server.graphql<{ offerNegotiatedPlan: NegotiatedPlanView }>(
    `mutation ($input: OfferNegotiatedPlanInput!, $key: String!) { offerNegotiatedPlan(input: $input, key: $key) { negotiatedPlan { __typename ${FIELDS} } ${DENIAL} } }`,
    variablesOf('offerNegotiatedPlan', { ...terms, key: randomUUID(), ...input }),
    operator,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  return data.offerNegotiatedPlan
}

export async function withdrawPlan(
  server: TestServer,
  operator: string,
  input: { readonly accountId: string; readonly id: string; readonly key?: string },
): Promise<NegotiatedPlanView> {
  const { data, errors } = await server.graphql<{ withdrawNegotiatedPlan: NegotiatedPlanView }>(
    `mutation ($accountId: ID!, $id: ID!, $key: String!, $reason: String!) { withdrawNegotiatedPlan(accountId: $accountId, id: $id, key: $key, reason: $reason) { negotiatedPlan { __typename ${FIELDS} } ${DENIAL} } }`,
    { reason: 'Too late', key: randomUUID(), ...input },
    operator,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  return data.withdrawNegotiatedPlan
}

export const negotiatedPlansOf = async (server: TestServer, token: string): Promise<NegotiatedPlanView[]> =>
  (
    await server.graphql<{ account: { billing: { negotiatedPlans: { nodes: NegotiatedPlanView[] } } } }>(
      `{ account { billing { negotiatedPlans { nodes { __typename ${FIELDS} } } } } }`,
      {},
      token,
    )
  ).data.account.billing.negotiatedPlans.nodes
