import { DIMENSION_VALUE } from '../definition/rate-line.js'
import type { PriceFeed } from '../definition/price-feed.js'

/** Prices in US dollars for a million of a quantity, by model and then by quantity. */
export type DollarPrices = ReadonlyMap<string, ReadonlyMap<string, number>>

/** A document that is no price list of its form, and changes no price. */
export class PriceDocumentError extends Error {}

const MILLION = 1_000_000
const MAX_MODELS = 20_000

/** Quantities of a rate card by the name of their price in a form, and what a price is for. */
const FORMS: Readonly<
  Record<PriceFeed['form'], { readonly names: Readonly<Record<string, string>>; readonly per: number }>
> = {
  'models.dev': {
    names: {
      input: 'input_tokens',
      output: 'output_tokens',
      cache_read: 'cached_tokens',
      cache_write: 'cache_write_tokens',
      reasoning: 'reasoning_tokens',
    },
    per: MILLION,
  },
  litellm: {
    names: {
      input_cost_per_token: 'input_tokens',
      output_cost_per_token: 'output_tokens',
      cache_read_input_token_cost: 'cached_tokens',
      cache_creation_input_token_cost: 'cache_write_tokens',
      output_cost_per_reasoning_token: 'reasoning_tokens',
    },
    per: 1,
  },
}

/** Modes of models whose tokens are priced. Others are priced by images or seconds. */
const TOKEN_MODES: readonly unknown[] = [undefined, 'chat', 'completion', 'responses', 'embedding', 'rerank']

interface ListedModel {
  readonly provider: string
  readonly model: string
  readonly prices: unknown
}

/**
 * Pure: the prices of a public price list. Models without prices and without a usable name are left out.
 * @throws PriceDocumentError if it is no list of the form, or if a price is no finite number of at least 0
 */
export function readPriceDocument(
  { form, providers }: Pick<PriceFeed, 'form' | 'providers'>,
  text: string,
): DollarPrices {
  const { names, per } = FORMS[form]
  const prices = new Map<string, ReadonlyMap<string, number>>()
  const rankOf = (provider: string) => (providers.length === 0 ? 0 : providers.indexOf(provider))
  const models = modelsOf(form, parse(text))
    .filter(({ provider }) => rankOf(provider) >= 0)
    .toSorted((left, right) => rankOf(left.provider) - rankOf(right.provider))
  if (models.length > MAX_MODELS) throw new PriceDocumentError(`The document has more than ${MAX_MODELS} models.`)
  for (const { provider, model, prices: given } of models) {
    const name = providers.length === 0 && form === 'models.dev' ? `${provider}/${model}` : model
    if (!isMap(given) || prices.has(name) || !DIMENSION_VALUE.test(name)) continue
    const found = new Map<string, number>()
    for (const [key, quantity] of Object.entries(names)) {
      const price = given[key]
      if (price === undefined || price === null) continue
      if (typeof price !== 'number' || !Number.isFinite(price) || price < 0)
        throw new PriceDocumentError(`The price ${key} of the model '${name.slice(0, 60)}' is no number of at least 0.`)
      // Rounded to the precision of a double, which a product of two can miss.
      found.set(quantity, Number((price * (MILLION / per)).toPrecision(15)))
    }
    if (found.size > 0) prices.set(name, found)
  }
  if (prices.size === 0) throw new PriceDocumentError(`The document has no prices in the form ${form}.`)
  return prices
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new PriceDocumentError('The document is no JSON.')
  }
  if (!isMap(value)) throw new PriceDocumentError('The document is no JSON object.')
  return value
}

function modelsOf(form: PriceFeed['form'], document: Readonly<Record<string, unknown>>): ListedModel[] {
  if (form === 'litellm')
    return Object.entries(document).flatMap(([model, prices]) =>
      model !== 'sample_spec' && isMap(prices) && TOKEN_MODES.includes(prices['mode'])
        ? [{ provider: textOf(prices['litellm_provider']), model, prices }]
        : [],
    )
  return Object.entries(document).flatMap(([provider, of]) =>
    isMap(of) && isMap(of['models'])
      ? Object.entries(of['models']).map(([model, value]) => ({
          provider,
          model,
          prices: isMap(value) ? value['cost'] : null,
        }))
      : [],
  )
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
