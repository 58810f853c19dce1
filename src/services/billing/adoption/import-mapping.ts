import { z } from 'zod'
import type { RecurringInterval } from '#entities/kernel/billing-interval.js'
import { readInterval } from '#services/catalog/products/interval.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { readYaml } from '#services/kernel/yaml/read-yaml.js'

/** A mapping names each price, and can name each customer. */
const LIMITS = { tokens: 500_000, levels: 10, values: 100_000, characters: 8 * 1024 * 1024 }

const code = z.string().min(1).max(200)
const interval = z.string().transform((text, refinement): RecurringInterval => {
  const read = readInterval(text)
  if (read && read !== 'ONE_TIME') return read
  refinement.addIssue('expected an interval, for example month, quarter, 6_months or year')
  return z.NEVER
})
const priceRule = z.union([z.strictObject({ plan: code, interval }), z.strictObject({ addon: code, interval })])
const reference = z
  .string()
  .regex(/^(acc_\w+|(person|team|community):.{1,200})$/, 'expected an account, for example person:42')

const file = z.strictObject({
  prices: z.record(code, priceRule),
  customers: z
    .strictObject({
      metadata: code.optional(),
      kind: z.enum(['person', 'community']).default('person'),
      email: z.boolean().default(false),
      create: z.boolean().default(false),
      accounts: z.record(code, reference).default({}),
    })
    .prefault({}),
  balances: z.array(z.strictObject({ feature: code, metadata: code })).default([]),
})

/** Product of a price of the provider. */
export interface PriceRule {
  readonly type: 'PLAN' | 'ADDON'
  readonly code: string
  readonly interval: RecurringInterval
}

/** Maps objects of another system to plans, accounts and balances. */
export interface ImportMapping {
  /** By price ID or lookup key. */
  readonly prices: ReadonlyMap<string, PriceRule>
  /** Key of the customer's metadata that names the account. */
  readonly accountKey: string | null
  /** Kind of an account that metadata name without a kind. */
  readonly accountKind: 'person' | 'community'
  /** True if a customer belongs to the person with the same email address. */
  readonly byEmail: boolean
  /** True if missing accounts of metadata are created. */
  readonly createsAccounts: boolean
  /** References of accounts by customer. */
  readonly accounts: ReadonlyMap<string, string>
  readonly balances: readonly { readonly feature: string; readonly metadata: string }[]
}

/** Reads a mapping file. @throws AppError with every problem of the file, one in a line. */
export function parseImportMapping(text: string, fileName: string, catalog: CatalogSnapshot): ImportMapping {
  const read = file.safeParse(contentOf(text, fileName))
  if (!read.success)
    throw invalid(read.error.issues.map(({ path, message }) => `${fileName}: ${path.join('.') || 'file'}: ${message}`))
  const { prices, customers, balances } = read.data
  const mapping: ImportMapping = {
    prices: new Map(
      Object.entries(prices).map(([name, rule]): [string, PriceRule] => [
        name,
        {
          type: 'plan' in rule ? 'PLAN' : 'ADDON',
          code: 'plan' in rule ? rule.plan : rule.addon,
          interval: rule.interval,
        },
      ]),
    ),
    accountKey: customers.metadata ?? null,
    accountKind: customers.kind,
    byEmail: customers.email,
    createsAccounts: customers.create,
    accounts: new Map(Object.entries(customers.accounts)),
    balances,
  }
  const problems = problemsOf(mapping, catalog).map((problem) => `${fileName}: ${problem}`)
  if (problems.length > 0) throw invalid(problems)
  return mapping
}

function contentOf(text: string, fileName: string): unknown {
  const read = readYaml(text, LIMITS)
  if (read.kind === 'problem') throw invalid([`${fileName}: ${read.message}`])
  return read.value
}

const invalid = (problems: readonly string[]): AppError => new AppError('CONFIGURATION', problems.join('\n'))

/** Names that the catalog does not have, and balances that cannot be imported. */
function problemsOf({ prices, balances }: ImportMapping, catalog: CatalogSnapshot): string[] {
  const ofPrices = [...prices].flatMap(([name, rule]) => {
    if (rule.type === 'PLAN')
      return catalog.planByCode.has(rule.code) ? [] : [`prices.${name}: the catalog has no plan ${rule.code}`]
    const isAddon = catalog.packageByCode.get(rule.code)?.type === 'ADDON'
    return isAddon ? [] : [`prices.${name}: the catalog has no add-on ${rule.code}`]
  })
  const ofBalances = balances.flatMap(({ feature: featureCode }, index) => {
    const feature = catalog.features.get(featureCode)
    const at = `balances.${index}`
    if (!feature) return [`${at}: the catalog has no feature ${featureCode}`]
    if (feature.kind !== 'QUOTA' && feature.kind !== 'CREDIT') return [`${at}: ${featureCode} has no balance`]
    return feature.meter ? [`${at}: ${featureCode} is billed by a meter, so its use cannot be imported`] : []
  })
  const names = balances.map(({ feature }) => feature)
  const once = new Set<string>()
  const twice = names.filter((name) => once.size === once.add(name).size)
  return [...ofPrices, ...ofBalances, ...twice.map((name) => `balances: ${name} is named twice`)]
}
