import { Stack, Text } from '@mantine/core'
import { Credits, type CreditsData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, date, sourceText } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { nearLimitWords } from '../../words/en/near-limits.js'

const texts = words.billing
const { creditColumns: columns } = texts

type Balance = NonNullable<NonNullable<CreditsData['account']>['usage']>['credits'][number]
type Grant = Balance['grants']['nodes'][number] & Pick<Balance, 'feature'>

const COLUMNS: readonly Column<Grant>[] = [
  { name: columns.feature, by: ({ feature }) => feature.name },
  {
    name: columns.remaining,
    isNumber: true,
    by: ({ remaining }) => remaining,
    cell: ({ remaining, amount }) => nearLimitWords.of(count(remaining), count(amount)),
  },
  {
    name: columns.expires,
    by: ({ expiresAt }) => expiresAt,
    cell: ({ expiresAt }) => (expiresAt ? date(expiresAt) : texts.neverExpires),
  },
  { name: columns.source, by: ({ source }) => sourceText(source) },
]

/** Credits that can be used, in the order in which they are. Absent for accounts without any. */
export function CreditTable({ account }: { readonly account: string }) {
  const credits = useOperation(Credits, { account })
  const balances = (credits.data?.account?.usage?.credits ?? []).filter(({ granted, debt }) => granted > 0 || debt > 0)
  if (credits.isPending) return <div aria-busy="true" hidden />
  if (!credits.error && balances.length === 0) return null
  return (
    <Panel title={texts.credits} query={credits}>
      {() => (
        <Stack>
          {balances.map(
            ({ feature, debt }) => debt > 0 && <Text key={feature.id}>{texts.debt(count(debt), feature.name)}</Text>,
          )}
          <DataTable
            name={texts.credits}
            columns={COLUMNS}
            pages={allAtOnce(
              credits,
              balances.flatMap(({ feature, grants }) => grants.nodes.map((grant) => ({ ...grant, feature }))),
            )}
            empty=""
          />
        </Stack>
      )}
    </Panel>
  )
}
