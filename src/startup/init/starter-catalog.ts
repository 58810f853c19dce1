/** Settings of the business in a new catalog. */
export interface CatalogSettings {
  readonly business: string
  readonly currency: string
  /** Price of the paid plan per month, in the unit of the currency. */
  readonly price: number
}

const YEAR_IN_MONTHS = 10

/** A catalog of two plans with one feature of each frequent kind. */
export const starterCatalog = ({ business, currency, price }: CatalogSettings): string => `\
# Everything for sale. docs/catalog.md describes every key; \`npx --no stackgate catalog check ./catalog.yaml\` prints each error.
# A changed price is a new price: running subscriptions keep the old one.

business: ${business}
currency: ${currency}

near_limit: 80                      # warn at 80 percent of a limit

features:
  projects:         { name: Projects,         kind: limit,   unit: project }                 # counted while they exist
  api_calls:        { name: API calls,        kind: quota,   unit: call, window: month }     # used up, and reset each month
  priority_support: { name: Priority support, kind: boolean }

plans:
  free:
    name: Free
    description: To try it out.
    rank: 0
    features:
      projects:  1
      api_calls: 1000

  pro:
    name: Pro
    description: For daily work.
    rank: 1
    prices: { month: ${price}, year: ${Math.round(price * YEAR_IN_MONTHS * 100) / 100} }
    features:
      projects:         20
      api_calls:        100000
      priority_support: true
`
