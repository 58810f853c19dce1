import type { ProviderName } from '#services/billing/providers/provider-name.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { PROVIDER_CURRENCIES } from '#services/kernel/money/provider-currencies.js'
import { ok, problem, warning, type Finding } from '#services/kernel/doctor/finding.js'

/** A provider charges in the currencies of the catalog, or customers pay with another one. */
export function decideCurrencies(
  provider: ProviderName,
  configured: readonly ProviderName[],
  { priceById }: Pick<CatalogSnapshot, 'priceById'>,
): Finding[] {
  const check = `${provider.toLowerCase()}_currencies`
  const sold = new Set([...priceById.values()].flatMap(({ active, money }) => (active ? [money.currency] : [])))
  const untaken = [...sold].filter((currency) => !PROVIDER_CURRENCIES[provider].has(currency)).toSorted()
  if (untaken.length === 0) return [ok(check, `${provider} takes the currencies of the catalog`)]
  const unpayable = untaken.filter((currency) => !configured.some((name) => PROVIDER_CURRENCIES[name].has(currency)))
  const said = `${provider} does not take ${untaken.join(', ')}, in which the catalog has prices`
  return unpayable.length > 0
    ? [problem(check, said, `sell in another currency than ${unpayable.join(', ')}, or configure another provider`)]
    : [warning(check, said, 'none, if customers pay these prices with another provider')]
}
