import { Button, CloseButton, Group, SimpleGrid, Text, TextInput } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks'
import type { TemplateOrder } from '@stackgate/client'
import { Categories } from '@stackgate/client/documents'
import { useEffect, useState } from 'react'
import { useOperation } from '@stackgate/react/hooks'
import { marketWords } from '../../words/en/market.js'
import { filterCount, ORDERS, PRICES, type MarketFilters } from './market-filters.js'

/** The address changes this long after the last key, in milliseconds. */
const TYPING_MS = 250

interface FilterFormProps {
  readonly filters: MarketFilters
  readonly onChange: (changes: Partial<MarketFilters>) => void
}

/** Search, category, price, order and tags. On narrow screens they open with a button that counts them. */
export function FilterForm({ filters, onChange }: FilterFormProps) {
  const [isOpen, { toggle }] = useDisclosure(false)
  const set = filterCount(filters)
  return (
    <form role="search" aria-label={marketWords.filters} onSubmit={(event) => event.preventDefault()}>
      <Button hiddenFrom="sm" variant="default" fullWidth aria-expanded={isOpen} onClick={toggle}>
        {marketWords.filters}
        {set > 0 && ` (${set})`}
      </Button>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} className="filters" data-open={isOpen || undefined}>
        <SearchField value={filters.search} onChange={(search) => onChange({ search, order: orderFor(search) })} />
        <CategoryField filters={filters} onChange={onChange} />
        <Select
          label={marketWords.price}
          data={PRICES.map((value) => ({ value, label: marketWords.prices[value] }))}
          value={filters.price}
          onChange={(price) => onChange({ price: price as MarketFilters['price'] })}
        />
        <Select
          label={marketWords.order}
          data={ORDERS.map((value) => ({ value, label: marketWords.orders[value] }))}
          value={filters.order}
          onChange={(order) => onChange({ order: order as TemplateOrder })}
        />
      </SimpleGrid>
      {filters.tags.length > 0 && (
        <Group gap="xs" mt="sm" component="section" aria-label={marketWords.tags}>
          <Text size="sm">{marketWords.tags}:</Text>
          {filters.tags.map((tag) => (
            <Group key={tag} gap={2} className="tag">
              {tag}
              <CloseButton
                size="sm"
                aria-label={marketWords.removeTag(tag)}
                onClick={() => onChange({ tags: filters.tags.filter((each) => each !== tag) })}
              />
            </Group>
          ))}
        </Group>
      )}
    </form>
  )
}

/** Words are ordered by how well they match. */
const orderFor = (search: string): TemplateOrder => (search ? 'RELEVANCE' : 'POPULAR')

function SearchField({ value, onChange }: { readonly value: string; readonly onChange: (search: string) => void }) {
  const [typed, setTyped] = useState(value)
  const change = useDebouncedCallback(onChange, TYPING_MS)
  // The address changes without typing when the filters are cleared.
  useEffect(() => setTyped(value), [value])
  return (
    <TextInput
      type="search"
      label={marketWords.search}
      placeholder={marketWords.searchHint}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        change(event.currentTarget.value.trim())
      }}
    />
  )
}

/** Categories by their priority. */
function CategoryField({ filters, onChange }: FilterFormProps) {
  const categories = useOperation(Categories, {})
  const known = (categories.data?.categories ?? []).toSorted((one, other) => one.priority - other.priority)
  return (
    <Select
      label={marketWords.category}
      data={[
        { value: '', label: marketWords.allCategories },
        ...known.map(({ code, title }) => ({ value: code, label: title })),
      ]}
      value={filters.category}
      onChange={(category) => onChange({ category: category ?? '' })}
    />
  )
}
