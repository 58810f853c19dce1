import { DIMENSION_VALUE } from '../definition/rate-line.js'
import type { PriceFeed } from '../definition/price-feed.js'
import type { PriceDifference } from '#entities/catalog/price-list.entity.js'
import { priceKey, readPriceKey } from './price-key.js'

/** Prices in US dollars for a million, by model and then by the key of the price. */
export type DollarPrices = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Prices of a public list, and what of them no rate card expresses. */
export interface PriceDocument {
  readonly prices: DollarPrices
  readonly differences: readonly PriceDifference[]
}

/** A document that is no price list of its form, and changes no price. */
export class PriceDocumentError extends Error {}

const MILLION = 1_000_000
const MAX_MODELS = 20_000

/** Quantities of a rate card by the name of their price in a form, and what a price is for. The first of two names of a quantity counts. */
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
      input_cost_per_token_cache_hit: 'cached_tokens',
      cache_creation_input_token_cost: 'cache_write_tokens',
      cache_creation_input_token_cost_above_1hr: 'cache_write_hour_tokens',
      output_cost_per_reasoning_token: 'reasoning_tokens',
    },
    per: 1,
  },
}

/** Name of a price of LiteLLM for prompts above a size. */
const ABOVE = /^(.+)_above_(\d+)(k?)_tokens$/
/** Names of LiteLLM that state a price. The others describe the model. */
const IS_PRICE = /cost|pric/
/** A price that is written as text. */
const DECIMAL = /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i
const OVER_200K = 200_000

/** Modes of models whose tokens are priced. Others are priced by images or seconds. */
const TOKEN_MODES: readonly unknown[] = [undefined, 'chat', 'completion', 'responses', 'embedding', 'rerank']

interface ListedModel {
  readonly provider: string
  readonly model: string
  readonly prices: unknown
}

/** A price of a model as the list states it. */
interface ListedPrice {
  readonly member: string
  /** Quantity of the rate card. Null if no quantity has such a price. */
  readonly quantity: string | null
  /** Size of the prompt above which it counts. 0 for the price of each prompt. */
  readonly above: number
  readonly price: unknown
}

/**
 * Pure: the prices of a public price list. Models without prices and without a usable name are left out. A price that is no number, and one that a
 * rate card cannot have, is left out and named.
 * @throws PriceDocumentError if it is no list of the form
 */
export function readPriceDocument(
  { form, providers }: Pick<PriceFeed, 'form' | 'providers'>,
  text: string,
): PriceDocument {
  const prices = new Map<string, ReadonlyMap<string, number>>()
  const differences = new Map<string, PriceDifference>()
  const rankOf = (provider: string) => (providers.length === 0 ? 0 : providers.indexOf(provider))
  const models = modelsOf(form, parse(text))
    .filter(({ provider }) => rankOf(provider) >= 0)
    .toSorted((left, right) => rankOf(left.provider) - rankOf(right.provider))
  if (models.length > MAX_MODELS) throw new PriceDocumentError(`The document has more than ${MAX_MODELS} models.`)
  for (const { provider, model, prices: given } of models) {
    const name = providers.length === 0 && form === 'models.dev' ? `${provider}/${model}` : model
    if (!isMap(given) || prices.has(name) || !DIMENSION_VALUE.test(name)) continue
    const found = new Map<string, number>()
    for (const { member, quantity, above, price } of pricesOf(form, given)) {
      const dollars = dollarsOf(price, FORMS[form].per)
      const key = quantity === null ? null : priceKey({ quantity, above })
      if (key !== null && dollars !== null) {
        if (!found.has(key)) found.set(key, dollars)
      } else if (dollars !== 0) {
        const reason = key === null ? 'UNKNOWN_PRICE' : 'NO_NUMBER'
        const known = differences.get(`${reason} ${member}`)
        differences.set(`${reason} ${member}`, {
          member,
          reason,
          model: name,
          ...known,
          models: (known?.models ?? 0) + 1,
        })
      }
    }
    if (found.size > 0) prices.set(name, inOrder(found))
  }
  if (prices.size === 0) {
    const [wrong] = [...differences.values()].filter(({ reason }) => reason === 'NO_NUMBER')
    throw new PriceDocumentError(
      wrong
        ? `The price ${wrong.member.slice(0, 60)} of the model '${wrong.model.slice(0, 60)}' is no number of at least 0.`
        : `The document has no prices in the form ${form}.`,
    )
  }
  return { prices, differences: [...differences.values()].toSorted((left, right) => right.models - left.models) }
}

/** Prices of each prompt first, then those of larger ones. */
const inOrder = (found: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
  new Map([...found].toSorted(([left], [right]) => readPriceKey(left).above - readPriceKey(right).above))

/** In US dollars for a million. Null if it is no number of at least 0. */
function dollarsOf(price: unknown, per: number): number | null {
  const value = typeof price === 'string' && DECIMAL.test(price) ? Number(price) : price
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return null
  // Rounded to the precision of a double, which a product of two can miss.
  return Number((value * (MILLION / per)).toPrecision(15))
}

/** All prices of a model, in the order of the names of the form. */
function pricesOf(form: PriceFeed['form'], given: Readonly<Record<string, unknown>>): ListedPrice[] {
  const { names } = FORMS[form]
  const order = Object.keys(names)
  const quantityOf = (member: string) => (Object.hasOwn(names, member) ? names[member]! : null)
  const rankOf = (member: string) => (quantityOf(member) === null ? order.length : order.indexOf(member))
  const found = Object.entries(given)
    .filter(([, price]) => price !== undefined && price !== null)
    .toSorted(([left], [right]) => rankOf(left) - rankOf(right))
    .flatMap(([member, price]): ListedPrice[] => {
      if (member === 'tiered_pricing' || member === 'tiers') return ofTiers(member, price, quantityOf)
      // The list of tiers has the exact sizes, for which the other member was made before.
      if (member === 'context_over_200k') return given['tiers'] ? [] : ofMap(member, price, OVER_200K, quantityOf)
      if (form === 'litellm' && !IS_PRICE.test(member)) return []
      const [, base, size, thousands] = form === 'litellm' ? (ABOVE.exec(member) ?? []) : []
      const sized = base === undefined ? null : quantityOf(base)
      return sized === null
        ? [{ member, quantity: quantityOf(member), above: 0, price }]
        : [{ member, quantity: sized, above: Number(size) * (thousands ? 1_000 : 1), price }]
    })
  return found
}

/** Prices of a list of tiers: LiteLLM states a range, and models.dev a size. */
function ofTiers(member: string, value: unknown, quantityOf: (member: string) => string | null): ListedPrice[] {
  return (Array.isArray(value) ? value : [value]).flatMap((tier: unknown) => {
    const of = isMap(tier) ? tier : {}
    const { range, tier: context, ...prices } = of
    const from: unknown = Array.isArray(range)
      ? range[0]
      : isMap(context) && context['type'] === 'context' && context['size']
    return typeof from === 'number' && from >= 0 && Number.isSafeInteger(from)
      ? ofMap(member, prices, from, quantityOf)
      : [{ member, quantity: null, above: 0, price: value }]
  })
}

const ofMap = (
  member: string,
  value: unknown,
  above: number,
  quantityOf: (member: string) => string | null,
): ListedPrice[] =>
  isMap(value)
    ? Object.entries(value)
        .filter(([, price]) => price !== undefined && price !== null)
        .map(([name, price]) => ({ member: `${member}.${name}`, quantity: quantityOf(name), above, price }))
    : [{ member, quantity: null, above, price: value }]

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
