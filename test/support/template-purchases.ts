import { randomUUID } from 'node:crypto'
import { eventually } from './test-server.js'
import type { TestServer } from './test-server.js'

export const BUY = `mutation ($input: PurchaseTemplateInput!) {
  purchaseTemplate(input: $input) {
    __typename
    ... on Checkout { id providerReference status url interval money { amountMinor currency } product { type code externalId } }
    ... on Refused { code message field remedies { kind mutation at } }
    ... on RateLimited { code retryAfterMs }
  }
}`

export interface Purchased {
  purchaseTemplate: {
    __typename: string
    id: string
    providerReference: string
    code: string
    field: string
    status: string
  }
}

interface NewPrice {
  readonly amountMinor: number
  readonly currency: string
  readonly interval: string
}

export const setTemplatePrice = async (
  server: TestServer,
  token: string,
  templateId: string,
  { amountMinor, currency, interval }: NewPrice,
) =>
  server.graphql<{ setTemplatePrice: { __typename: string; code?: string; price?: { money: { decimal: string } } } }>(
    `mutation ($input: SetTemplatePriceInput!) { setTemplatePrice(input: $input) { __typename ... on Template { isPaid price { interval money { decimal currency } } } ... on Refused { code field } } }`,
    { input: { templateId, money: { amountMinor, currency }, interval, idempotencyKey: randomUUID() } },
    token,
  )

export const purchase = async (server: TestServer, token: string | null, id: string, input: object = {}) =>
  server.graphql<Purchased>(
    BUY,
    { input: { templateId: id, provider: 'STRIPE', idempotencyKey: randomUUID(), ...input } },
    token,
  )

export const ownershipOf = async (server: TestServer, token: string, id: string) => {
  const { data } = await server.graphql<{
    account: { purchasedTemplates: { nodes: { id: string }[] } }
    product: { owned: boolean; ownedSince: string | null }
  }>(
    `query ($id: String!) { account { purchasedTemplates { nodes { id } } } product(by: { externalId: $id }) { owned ownedSince } }`,
    { id },
    token,
  )
  return { listed: data.account.purchasedTemplates.nodes.some((one) => one.id === id), ...data.product }
}

export const buyAndOwn = async (server: TestServer, token: string, id: string) => {
  const { data } = await purchase(server, token, id)
  await server.sandboxControl('POST', `checkouts/${data.purchaseTemplate.providerReference}/pay`, {})
  await eventually(
    () => ownershipOf(server, token, id),
    ({ owned }) => owned,
  )
  return data.purchaseTemplate
}
