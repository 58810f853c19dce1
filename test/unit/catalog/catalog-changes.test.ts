import { readFileSync } from 'node:fs'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import type { CatalogDefinition, PriceDefinition } from '#services/catalog/definition/types.js'
import type {
  CatalogChange,
  LoadedCatalog,
  LoadedEntry,
  LoadedPrice,
} from '#services/catalog/versions/catalog-change.js'
import { decideCatalogChanges } from '#services/catalog/versions/decide-catalog-changes.js'
import { planVersionFingerprint, priceKey } from '#services/catalog/versions/version-fingerprints.js'

const text = readFileSync(new URL('../../../catalogs/agileforge.yaml', import.meta.url), 'utf8')
const load = (change: (text: string) => string = (same) => same): CatalogDefinition =>
  parseCatalog(change(text), 'agileforge.yaml')
const replacing = (from: string, to: string): CatalogDefinition => {
  expect(text).toContain(from)
  return load((it) => it.replace(from, to))
}
const summary = (changes: readonly CatalogChange[]): string[] =>
  changes.map((change) => {
    if ('price' in change) return `${change.kind} ${change.owner.code} ${priceKey(change.price)}`
    if ('plan' in change)
      return 'version' in change
        ? `${change.kind} ${change.plan.code} ${change.version}`
        : `${change.kind} ${change.plan.code}`
    return `${change.kind} ${'definition' in change ? change.definition.code : change.code}`
  })

/** The least a database must do: it keeps what each change says. */
function apply(before: LoadedCatalog | null, definition: CatalogDefinition): LoadedCatalog {
  const entries = (list: readonly LoadedEntry[] | undefined, part: string): LoadedEntry[] => {
    const kept = new Map((list ?? []).map((entry) => [entry.code, entry]))
    for (const change of changes) {
      if (change.kind === `put_${part}` && 'definition' in change) {
        kept.set(change.definition.code, {
          code: change.definition.code,
          active: true,
          fingerprint: change.fingerprint,
        })
      } else if (change.kind === `deactivate_${part}` && 'code' in change) {
        kept.set(change.code, { ...kept.get(change.code)!, active: false })
      }
    }
    return [...kept.values()]
  }
  const prices = (list: readonly LoadedPrice[] | undefined, type: string, code: string): LoadedPrice[] => {
    const kept = new Map((list ?? []).map((price) => [price.id, price]))
    for (const change of changes) {
      if (!('price' in change) || change.owner.type !== type || change.owner.code !== code) continue
      if (change.kind === 'create_price') {
        const id = `price ${kept.size + 1}`
        kept.set(id, { ...change.price, id, active: true })
      } else kept.set(change.price.id, { ...change.price, active: change.kind === 'activate_price' })
    }
    return [...kept.values()]
  }
  const changes = decideCatalogChanges(before, definition)
  const plans = new Map((before?.plans ?? []).map((plan) => [plan.code, plan]))
  for (const change of changes) {
    if ('plan' in change) {
      const { code, name, description, bullets } = change.plan
      const known = plans.get(code) ?? { code, active: true, version: 0, fingerprint: '', prices: [] }
      const version = 'version' in change ? { version: change.version, fingerprint: change.fingerprint } : {}
      plans.set(code, { ...known, name, description, bullets, ...version })
    } else if (change.kind === 'deactivate_plan' || change.kind === 'activate_plan') {
      plans.set(change.code, { ...plans.get(change.code)!, active: change.kind === 'activate_plan' })
    }
  }
  return {
    business: definition.business,
    features: entries(before?.features, 'feature'),
    categories: entries(before?.categories, 'category'),
    vendors: entries(before?.vendors, 'vendor'),
    templates: entries(before?.templates, 'template'),
    plans: [...plans.values()].map((plan) => ({ ...plan, prices: prices(plan.prices, 'PLAN', plan.code) })),
    packages: entries(before?.packages, 'package').map((entry) => ({
      ...entry,
      prices: prices(before?.packages?.find(({ code }) => code === entry.code)?.prices, 'PACKAGE', entry.code),
    })),
  }
}

const first = load()
const loaded = apply(null, first)

describe('loading a catalog', () => {
  it('creates everything on a new database, each plan as version 1', () => {
    const lines = summary(decideCatalogChanges(null, first))
    expect(lines).toContain('create_plan professional 1')
    expect(lines).toContain('create_price professional MONTH:USD:1000:14:flat')
    expect(lines).toContain('put_package stories_50')
    expect(lines).toContain('create_price stories_50 ONE_TIME:GBP:500:0:flat')
    expect(lines.filter((line) => line.startsWith('put_feature'))).toHaveLength(first.features.length)
    expect(lines.indexOf('put_feature sso')).toBeLessThan(lines.indexOf('create_plan business 1'))
  })

  it('changes nothing the second time, or for a rearranged file', () => {
    expect(decideCatalogChanges(loaded, load())).toEqual([])
    const rearranged = replacing('{ month: 18.00, year: 180.00 }', '{ year: 180, month: 18.0 }   # a comment')
    expect(decideCatalogChanges(loaded, rearranged)).toEqual([])
  })

  it('creates a version and a price when a price changes, and archives the earlier one', () => {
    const dearer = replacing('month: 18.00', 'month: 19.00')
    expect(summary(decideCatalogChanges(loaded, dearer))).toEqual([
      'create_plan_version business 2',
      'create_price business MONTH:USD:1900:0:flat',
      'deactivate_price business MONTH:USD:1800:0:flat',
    ])
  })

  it('creates version 3 with the first price when the earlier price returns', () => {
    const twice = apply(loaded, replacing('month: 18.00', 'month: 19.00'))
    expect(summary(decideCatalogChanges(twice, first))).toEqual([
      'create_plan_version business 3',
      'activate_price business MONTH:USD:1800:0:flat',
      'deactivate_price business MONTH:USD:1900:0:flat',
    ])
    const back = apply(twice, first)
    expect(back.plans.find(({ code }) => code === 'business')?.prices).toHaveLength(3)
    expect(decideCatalogChanges(back, first)).toEqual([])
  })

  it('creates a version and no price when only features change', () => {
    expect(summary(decideCatalogChanges(loaded, replacing('members: 3', 'members: 4')))).toEqual([
      'create_plan_version starter 2',
    ])
  })

  it('creates no version when only texts change', () => {
    expect(summary(decideCatalogChanges(loaded, replacing('name: Business', 'name: Business Class')))).toEqual([
      'update_plan business',
    ])
  })

  it('deactivates missing entries, and reactivates them when they return', () => {
    const withoutAddon = load((it) =>
      it.replace(/ {2}priority_support:\n {4}name: Priority Support[\s\S]*?(?= {2}advanced_integrations:)/, ''),
    )
    expect(summary(decideCatalogChanges(loaded, withoutAddon))).toEqual(['deactivate_package priority_support'])

    const withoutBusiness = load((it) => it.replace(/ {2}business:\n[\s\S]*?(?=packages:)/, ''))
    expect(summary(decideCatalogChanges(loaded, withoutBusiness))).toEqual(['deactivate_plan business'])

    const gone = apply(apply(loaded, withoutAddon), withoutBusiness)
    expect(summary(decideCatalogChanges(gone, first))).toEqual(['activate_plan business'])
    expect(decideCatalogChanges(apply(gone, first), first)).toEqual([])
  })

  it('keeps unknown entries, and writes them again', () => {
    const { features: _features, ...rest } = loaded
    const lines = summary(
      decideCatalogChanges(
        rest,
        replacing(
          'members: unlimited\n      projects: unlimited\n      storage_gb: 200',
          'members: 99\n      projects: unlimited\n      storage_gb: 200',
        ),
      ),
    )
    expect(lines.filter((line) => line.startsWith('put_'))).toHaveLength(first.features.length)
    expect(lines).toContain('create_plan_version business 2')
  })
})

describe('template of the catalog', () => {
  const shop = (name: string): CatalogDefinition =>
    parseCatalog(
      `business: a\ncurrency: USD\nplans: { free: { name: Free, rank: 0 } }\ntemplates:\n  one: { name: ${name}, stack: web, definition: {} }\n`,
      'a.yaml',
    )
  const down = (catalog: LoadedCatalog): LoadedCatalog => ({
    ...catalog,
    templates: catalog.templates!.map((entry) => ({ ...entry, active: false })),
  })

  it('stays removed after a reviewer removed it, until the catalog changes it', () => {
    const takenDown = down(apply(null, shop('One')))
    expect(decideCatalogChanges(takenDown, shop('One'))).toEqual([])
    expect(summary(decideCatalogChanges(takenDown, shop('One and a half')))).toEqual(['put_template one'])
  })

  it('stays in the marketplace if the catalog no longer lists it', () => {
    const empty = parseCatalog('business: a\ncurrency: USD\nplans: { free: { name: Free, rank: 0 } }\n', 'a.yaml')
    expect(decideCatalogChanges(apply(null, shop('One')), empty)).toEqual([])
  })
})

describe('fingerprint of a plan version', () => {
  const business = first.plans.find(({ code }) => code === 'business')!
  const name = planVersionFingerprint(business)

  it('is the same for the same terms in any order, and for rows with further columns', () => {
    expect(
      planVersionFingerprint({
        ...business,
        prices: business.prices.toReversed().map((price) => ({ ...price, id: 'price_1', active: true })),
        features: business.features.toReversed().map((feature) => ({ id: 7, ...feature })),
      }),
    ).toBe(name)
    expect(name).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is the same for a trial of null and of no days', () => {
    const prices: PriceDefinition[] = business.prices.map((price) => ({ ...price, trialDays: 0 }))
    expect(planVersionFingerprint({ ...business, prices })).toBe(name)
  })

  it('changes with each of the terms', () => {
    const [price, ...otherPrices] = business.prices
    const [feature, ...otherFeatures] = business.features
    const others = [
      { ...business, rank: 9 },
      { ...business, group: 'other' },
      { ...business, supportedStacks: [] },
      { ...business, supportedStacks: ['web'] },
      { ...business, prices: otherPrices },
      { ...business, prices: [{ ...price!, amountMinor: 1801 }, ...otherPrices] },
      { ...business, prices: [{ ...price!, trialDays: 14 }, ...otherPrices] },
      { ...business, prices: [{ ...price!, per: 'seat' }, ...otherPrices] },
      { ...business, features: otherFeatures },
      { ...business, features: [{ ...feature!, unlimited: false, amount: 1 }, ...otherFeatures] },
      { ...business, features: [{ ...feature!, perSeat: true }, ...otherFeatures] },
    ]
    const names = new Set(others.map(planVersionFingerprint))
    expect(names.size).toBe(others.length)
    expect(names.has(name)).toBe(false)
  })
})
