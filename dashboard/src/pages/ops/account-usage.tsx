import { Alert, List, Stack, Text } from '@mantine/core'
import { Suspense, useMemo, useState } from 'react'
import { Consumptions, type ConsumptionsData, type UsageAmendmentFields } from '@stackgate/client/documents'
import { actColumn } from '../../ui/act-menu.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, moment } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { Panel } from '../../ui/panel.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { amendmentWords } from '../../words/en/amendments.js'
import { lazyPart } from '../../session/load-part.js'

const dialog = <Name extends keyof typeof import('./amend-dialog.js')>(name: Name) =>
  lazyPart(() => import('./amend-dialog.js'), name)
const AmendDialog = dialog('AmendDialog')
const ReturnedUnits = dialog('ReturnedUnits')

type ConsumptionPage = NonNullable<NonNullable<NonNullable<ConsumptionsData['account']>['usage']>['consumptions']>
type ConsumptionRow = ConsumptionPage['nodes'][number]

const texts = amendmentWords

/** Units of a consumption that count after its amendments. */
const countedUnits = ({ amount, amendments }: ConsumptionRow): number => amendments.at(-1)?.remaining ?? amount

const columnsOf = (onAmend: (row: ConsumptionRow) => void): readonly Column<ConsumptionRow>[] => [
  { name: texts.columns.at, isShort: true, by: ({ at }) => at, cell: ({ at }) => <Moment at={at} isBusiness /> },
  { name: texts.columns.feature, by: ({ feature }) => feature.name },
  { name: texts.columns.used, isNumber: true, by: ({ amount }) => amount },
  { name: texts.columns.counts, isNumber: true, by: (row) => countedUnits(row) },
  {
    name: texts.columns.amendments,
    by: ({ amendments }) => amendments.length,
    cell: ({ amendments }) =>
      amendments.length > 0 && (
        <List size="sm" listStyleType="none">
          {amendments.map(({ id, amount, reason }) => (
            <List.Item key={id}>
              <Text size="sm" className="breaking">
                {texts.amendment(count(amount), reason)}
              </Text>
            </List.Item>
          ))}
        </List>
      ),
  },
  actColumn(
    ({ feature, at }) => `${feature.name}, ${moment(at)}`,
    (row) => [countedUnits(row) > 0 && { name: texts.amend, onOpen: () => onAmend(row) }],
  ),
]

/** Consumptions of an account, newest first, with their amendments. */
export default function AccountUsage({ account }: { readonly account: string }) {
  const pages = useCursorPages(Consumptions, { account }, (data) => data.account?.usage?.consumptions)
  const [amended, setAmended] = useState<ConsumptionRow | null>(null)
  const [result, setResult] = useState<UsageAmendmentFields | null>(null)
  const columns = useMemo(() => columnsOf(setAmended), [])
  return (
    <Panel title={texts.title} query={pages.query}>
      {() => (
        <Stack gap="sm">
          <Suspense>
            {result && (
              <Alert color="green" role="status" title={texts.done(count(result.amount), count(result.remaining))}>
                <ReturnedUnits effect={result} />
              </Alert>
            )}
            {amended && (
              <AmendDialog
                consumptionId={amended.id}
                counted={countedUnits(amended)}
                onDone={(amendment) => {
                  setResult(amendment)
                  setAmended(null)
                  // Older rows are not read again by themselves.
                  pages.dropOlder()
                }}
                onClose={() => setAmended(null)}
              />
            )}
          </Suspense>
          <DataTable name={texts.title} columns={columns} pages={pages} empty={texts.none} />
        </Stack>
      )}
    </Panel>
  )
}
