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
  readonly until: string | null
  readonly price: { readonly id: string; readonly money: { readonly decimal: string } }
}

const FIELDS = `id status plan { code } price { id money { decimal currency } interval } quantity ordinaryPrice { money { decimal } }
  periods until acceptUntil reason startedAt endedAt`
const DENIAL = `... on Refused { code message issues { path } }`

/** Offers Business for 9.00 a month and three periods, unless told otherwise. */
export async function offerPlan(
  server: TestServer,
  operator: string,
  input: { readonly accountId: string; readonly [field: string]: unknown },
): Promise<NegotiatedPlanView> {
  const terms = { plan: 'business', amountMinor: 900, interval: 'MONTH', periods: 3, reason: 'Agreed by phone' }
  const { data, errors } = await server.graphql<{ offerNegotiatedPlan: NegotiatedPlanView }>(
    `mutation ($input: OfferNegotiatedPlanInput!) { offerNegotiatedPlan(input: $input) { __typename ... on NegotiatedPlan { ${FIELDS} } ${DENIAL} } }`,
    { input: { ...terms, idempotencyKey: randomUUID(), ...input } },
    operator,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  return data.offerNegotiatedPlan
}

export async function withdrawPlan(
  server: TestServer,
  operator: string,
  input: { readonly accountId: string; readonly negotiatedPlanId: string; readonly idempotencyKey?: string },
): Promise<NegotiatedPlanView> {
  const { data, errors } = await server.graphql<{ withdrawNegotiatedPlan: NegotiatedPlanView }>(
    `mutation ($input: WithdrawNegotiatedPlanInput!) { withdrawNegotiatedPlan(input: $input) { __typename ... on NegotiatedPlan { ${FIELDS} } ${DENIAL} } }`,
    { input: { reason: 'Too late', idempotencyKey: randomUUID(), ...input } },
    operator,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  return data.withdrawNegotiatedPlan
}

export const negotiatedPlansOf = async (server: TestServer, token: string): Promise<NegotiatedPlanView[]> =>
  (
    await server.graphql<{ account: { negotiatedPlans: NegotiatedPlanView[] } }>(
      `{ account { negotiatedPlans { __typename ${FIELDS} } } }`,
      {},
      token,
    )
  ).data.account.negotiatedPlans
