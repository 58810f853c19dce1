/** A price of a list: of a quantity, for prompts above a size. */
export interface PricedQuantity {
  readonly quantity: string
  /** 0 for the price of each prompt. */
  readonly above: number
}

/** Key of a price in a map of those of a model. */
export const priceKey = ({ quantity, above }: PricedQuantity): string =>
  above === 0 ? quantity : `${quantity}>${above}`

export function readPriceKey(key: string): PricedQuantity {
  const [quantity, above = '0'] = key.split('>')
  return { quantity: quantity!, above: Number(above) }
}

/** Quantities that are parts of others in the reports of providers. Without a price of their own they have that of their whole. */
const WHOLES: Readonly<Record<string, string>> = {
  cached_tokens: 'input_tokens',
  cache_write_tokens: 'input_tokens',
  cache_write_hour_tokens: 'input_tokens',
  reasoning_tokens: 'output_tokens',
}

/** The quantity that contains another. Undefined if none does. */
export const wholeOf = (quantity: string): string | undefined =>
  Object.hasOwn(WHOLES, quantity) ? WHOLES[quantity] : undefined

/** Quantities that are the prompt of a call together. */
export const PROMPT_QUANTITIES: readonly string[] = [
  'input_tokens',
  ...Object.keys(WHOLES).filter((part) => WHOLES[part] === 'input_tokens'),
]
