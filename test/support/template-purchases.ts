import { variablesOf } from './mutations.js'
import { randomUUID } from 'node:crypto'
import { eventually } from './test-server.js'
import type { TestServer } from './test-server.js'

export const BUY = `mutation ($input: PurchaseTemplateInput!, $key: String!) {
  purchaseTemplate(input: $input, key: $key) {
    checkout { __typename id providerReference status url interval { unit count } money { amountMinor currency } product { type code externalId } }
    denial { __typename code message issues { path } remedies { kind mutation at } retryAfterSeconds }
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
  readonly interval: { readonly unit: string; readonly count?: number } | null
}

export const setTemplatePrice = async (
  server: TestServer,
  token: string,
  templateId: string,
  { amountMinor, currency, interval }: NewPrice,
) =>
  server.graphql<{ setTemplatePrice: { __typename: string; code?: string; price?: { money: { decimal: string } } } }>(
    `mutation ($id: ID!, $price: TemplatePriceInput!, $key: String!) { setTemplatePrice(id: $id, price: $price, key: $key) { template { __typename isPaid price { interval { unit count } money { decimal currency } } } denial { __typename code issues { path } } } }`,
    { id: templateId, price: { money: { amountMinor, currency }, interval }, key: randomUUID() },
    token,
  )

export const purchase = async (server: TestServer, token: string | null, id: string, input: object = {}) =>
  server.graphql<Purchased>(
    BUY,
    variablesOf('purchaseTemplate', { provider: 'STRIPE', templateId: id, key: randomUUID(), ...input }),
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
