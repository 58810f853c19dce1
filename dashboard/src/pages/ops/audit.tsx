import { Stack } from '@mantine/core'
import { useFilter } from '../../session/use-filter.js'
import { PageHeading } from '../../ui/page-heading.js'
import { ReadAgain } from '../../ui/read-again.js'
import { dayAfter } from '../../ui/filter-form.js'
import { ListBar } from '../../ui/list-bar.js'
import { operationsWords } from '../../words/en/operations.js'
import { AuditTable } from './audit-table.js'

const texts = operationsWords.audit
const SEARCH = { name: 'search', label: texts.search }
const FILTERS = [
  { name: 'account', label: operationsWords.account },
  { name: 'actor', label: texts.actor },
  { name: 'action', label: texts.action },
  { name: 'from', label: texts.from, type: 'date' },
  { name: 'to', label: texts.to, type: 'date' },
] as const

/** The audit log, with its filters in the address. */
export function Audit() {
  const [account] = useFilter('account')
  const [actor] = useFilter('actor')
  const [action] = useFilter('action')
  const [search] = useFilter('search')
  const [from] = useFilter('from')
  const [to] = useFilter('to')
  return (
    <Stack>
      <PageHeading side={<ReadAgain />}>{texts.title}</PageHeading>
      <ListBar name={texts.title} search={SEARCH} filters={FILTERS} />
      <AuditTable
        filter={{
          ...(account && { account }),
          ...(actor && { actor }),
          ...(action && { action }),
          ...(search && { search }),
          ...(from && { from: `${from}T00:00:00Z` }),
          ...(to && { to: dayAfter(to) }),
        }}
      />
    </Stack>
  )
}
