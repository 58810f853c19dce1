import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { CloseJournal, Journal, type JournalPostingFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { date } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { figuresWords } from '../../words/en/figures.js'
import type { FigureRange } from './figures.js'

const texts = figuresWords.journal

const COLUMNS: readonly Column<JournalPostingFields>[] = [
  { name: texts.account, by: ({ ledgerAccount }) => ledgerAccount },
  { name: texts.debit, isNumber: true, by: ({ debit }) => debit },
  { name: texts.credit, isNumber: true, by: ({ credit }) => credit },
]

/** The month in which the range begins, otherwise the one before that in which it ends. */
function monthOf({ from, to }: FigureRange): string {
  if (from) return from.slice(0, 7)
  const end = new Date(new Date(to).getTime() - 1)
  return new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - 1, 1)).toISOString().slice(0, 7)
}

/** Totals of the journal of a month, its file, and the act that closes it. */
export function JournalFigures({ range }: { readonly range: FigureRange }) {
  const month = monthOf(range)
  const query = useOperation(Journal, { month, first: 1 })
  const [isClosing, setClosing] = useState(false)
  const close = usePageAction(CloseJournal, () => setClosing(false))
  const closedAt = query.data?.journal?.closedAt
  return (
    <Panel
      title={texts.title(month)}
      query={query}
      height={320}
      actions={<CsvButton path="api/v1/journal.csv" search={{ month }} />}
    >
      {({ journal }) => (
        <Stack>
          <Group>
            <Text size="sm">{closedAt ? texts.closedAt(date(closedAt)) : texts.open}</Text>
            {!closedAt && (
              <Button size="xs" variant="default" onClick={() => setClosing(true)}>
                {texts.close}
              </Button>
            )}
          </Group>
          <DataTable
            name={texts.title(month)}
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
