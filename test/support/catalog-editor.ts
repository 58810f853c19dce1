import { PublishCatalog, SetCatalogDraft, CatalogDraft } from '@stackgate/client/documents'
import type { TestServer } from './test-server.js'

/** Calls of the catalog editor as an operator, with the denial where there is one. */
export const catalogEditor = (server: TestServer, token: string) => ({
  draft: async () => (await server.graphql(CatalogDraft, {}, token)).data.catalogDraft!,
  save: async (text: string | null, revision: number) =>
    (await server.graphql(SetCatalogDraft, { yaml: text, revision }, token)).data.setCatalogDraft,
  publish: async (text: string, after: number, reason = 'Higher costs') => {
    const { data, errors } = await server.graphql(PublishCatalog, { yaml: text, after, reason }, token)
    if (errors) throw new Error(errors[0]!.extensions.code)
    return data.publishCatalog
  },
})

/** Monthly prices of Plus that people can buy. */
export const pricesOfPlus = async (server: TestServer): Promise<string[]> =>
  (
    await server.graphql<{ plan: { prices: { money: { decimal: string }; interval: { unit: string } }[] } }>(
      `{ plan(code: "plus") { prices(currency: "USD") { money { decimal } interval { unit } } } }`,
    )
  ).data.plan.prices
    .filter(({ interval }) => interval.unit === 'MONTH')
    .map(({ money }) => money.decimal)
