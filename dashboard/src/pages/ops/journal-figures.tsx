import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { CloseJournal, Journal, type JournalPostingFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { useFilter } from '../../session/use-filter.js'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { date, longMonth as monthName } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { Select } from '../../ui/select.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { figuresWords } from '../../words/en/figures.js'

const texts = figuresWords.journal

const COLUMNS: readonly Column<JournalPostingFields>[] = [
  { name: texts.account, by: ({ ledgerAccount }) => ledgerAccount },
  { name: texts.debit, isNumber: true, by: ({ debit }) => debit },
  { name: texts.credit, isNumber: true, by: ({ credit }) => credit },
]

const MONTHS = 24

/** The last months, the running one first. */
function monthsUpTo(now: string): readonly string[] {
  const moment = new Date(now)
  return Array.from({ length: MONTHS }, (_, index) =>
    new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() - index, 1)).toISOString().slice(0, 7),
  )
}

/** Totals of the journal of a month, by default the last one that is over, its file, and the act that closes it. */
export function JournalFigures({ now }: { readonly now: string }) {
  const months = monthsUpTo(now)
  const [chosen, choose] = useFilter('month')
  const month = months.find((each) => each === chosen) ?? months[1]!
  const title = texts.title(monthName(month))
  const query = useOperation(Journal, { month, first: 1 })
  const [isClosing, setClosing] = useState(false)
  const close = usePageAction(CloseJournal, () => setClosing(false))
  const closedAt = query.data?.journal?.closedAt
  return (
    <Panel
      title={title}
      query={query}
      height={320}
      actions={<CsvButton path="api/v1/journal.csv" search={{ month }} />}
    >
      {({ journal }) => (
        <Stack>
          <Group>
            <Select
              aria-label={texts.month}
              data={months.map((value) => ({ value, label: monthName(value) }))}
              value={month}
              onChange={choose}
            />
            <Text size="sm">{closedAt ? texts.closedAt(date(closedAt)) : texts.open}</Text>
            {!closedAt && (
              <Button size="xs" variant="default" onClick={() => setClosing(true)}>
                {texts.close}
              </Button>
            )}
          </Group>
          <DataTable
            name={title}
            columns={COLUMNS}
            pages={allAtOnce(query, journal?.totals ?? [])}
            empty={figuresWords.none}
            keyOf={({ ledgerAccount, debit }) => `${ledgerAccount} ${debit.currency}`}
          />
          {isClosing && (
            <ActDialog
              title={texts.close}
              effect={texts.effect}
              confirm={texts.close}
              needsReason={false}
              action={close}
              onConfirm={() => close.run({ month })}
              onClose={() => setClosing(false)}
            />
          )}
        </Stack>
      )}
    </Panel>
  )
}
