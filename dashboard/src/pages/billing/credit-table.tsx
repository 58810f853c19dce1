import { Stack, Text } from '@mantine/core'
import { Credits } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { count, date, sourceText } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { words } from '../../words/en.js'
import { nearLimitWords } from '../../words/en/near-limits.js'

const texts = words.billing
const { creditColumns: columns } = texts

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
          <ScrollTable
            name={texts.credits}
            columns={[columns.feature, columns.remaining, columns.expires, columns.source]}
            numbers={[columns.remaining]}
          >
            {balances.flatMap(({ feature, grants }) =>
              grants.nodes.map(({ id, amount, remaining, expiresAt, source }) => (
                <tr key={id}>
                  <td>{feature.name}</td>
                  <td data-number>{nearLimitWords.of(count(remaining), count(amount))}</td>
                  <td>{expiresAt ? date(expiresAt) : texts.neverExpires}</td>
                  <td>{sourceText(source)}</td>
                </tr>
              )),
            )}
          </ScrollTable>
        </Stack>
      )}
    </Panel>
  )
}
