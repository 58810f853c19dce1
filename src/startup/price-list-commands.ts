import { z } from 'zod'
import { denialText, payload, type ServerApi } from './server-api.js'

const change = z.object({
  value: z.string(),
  quantity: z.string(),
  above: z.number().nullable(),
  before: z.string().nullable(),
  after: z.string(),
})
const difference = z.object({ member: z.string(), reason: z.string(), modelCount: z.number(), model: z.string() })
const priceList = z.object({
  id: z.string(),
  feature: z.string(),
  status: z.string(),
  needsOperator: z.boolean(),
  changes: z.array(change),
  differences: z.array(difference),
  reason: z.string().nullable(),
})
const priceLists = z.object({ priceLists: z.object({ nodes: z.array(priceList) }) })
const decisions = z.record(z.string(), payload({ priceList: priceList.nullable() }))
export type ListedPrices = z.infer<typeof priceList>

const PAGE = 20

/** The newest price lists, at most 20 of a status or of all. */
export const listPrices = async (api: ServerApi, status: string | null): Promise<readonly ListedPrices[]> =>
  (await api.request('PriceLists', { statuses: status === null ? null : [status], first: PAGE }, priceLists)).priceLists
    .nodes

/** Applies or rejects proposed prices. Returns the list, or the reason why it was refused. */
export async function decidePrices(api: ServerApi, operation: 'ApplyPriceList' | 'RejectPriceList', variables: object) {
  const [result] = Object.values(await api.request(operation, { ...variables }, decisions))
  return { priceList: result!.priceList, denial: result!.denial && denialText(result!.denial) }
}
