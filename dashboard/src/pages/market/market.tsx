import { Button, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { PageHeading } from '../../ui/page-heading.js'
import { marketWords } from '../../words/en/market.js'
import { useMarketAccount } from './market-account.js'
import { FilterForm } from './filter-form.js'
import { filterCount, filtersOf, searchOf, templateFilter, type MarketFilters } from './market-filters.js'
import { TemplateList } from './template-list.js'

/** Templates of the marketplace. The filters are the address of the page. */
export function Market() {
  const account = useMarketAccount()
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const navigate = useNavigate()
  const filters = filtersOf(search)
  const change = (changes: Partial<MarketFilters>) =>
    void navigate({
      to: '/market',
      search: { ...searchOf({ ...filters, ...changes }), account: search['account'] } as never,
      replace: true,
      resetScroll: false,
    })
  const clear = () => void navigate({ to: '/market', search: { account: search['account'] } as never })

  return (
    <Stack>
      <PageHeading>{marketWords.title}</PageHeading>
      <Text c="dimmed" mt={-16}>
        {marketWords.text}
      </Text>
      <FilterForm filters={filters} onChange={change} />
      <TemplateList
        account={account}
        filter={templateFilter(filters)}
        order={filters.order}
        onTag={(tag) => change({ tags: [...new Set([...filters.tags, tag])] })}
        empty={
          <Stack align="flex-start" gap="sm" role="status">
            <Text>{filterCount(filters) > 0 ? marketWords.none(filters.search) : marketWords.nothing}</Text>
            {filterCount(filters) > 0 && <Button onClick={clear}>{marketWords.clear}</Button>}
          </Stack>
        }
      />
    </Stack>
  )
}
