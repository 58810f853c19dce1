import { Anchor, Button, List, Stack, Text } from '@mantine/core'
import { InvoiceTimeline, type CreditNoteFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { Dialog } from '../../ui/dialog.js'
import { date, label, money } from '../../ui/format.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { calendarWords } from '../../words/en/calendar.js'

interface InvoiceStepsProps {
  readonly invoice: { readonly id: string; readonly number: string }
  /** True for an operator, who does not pay it. */
  readonly isOfCustomer?: boolean
  readonly onClose: () => void
}

const noteWords = calendarWords.creditNote

const PARTS = ['reducedDue', 'refunded', 'credited', 'returnedElsewhere'] as const

/** Amount and reason of a credit note, with what became of the amount. */
function textOf(note: CreditNoteFields): string {
  const parts = PARTS.flatMap((part) => (note[part] ? [noteWords[part](money(note[part]))] : []))
  return [
    noteWords.whole(money(note.money)),
    ...(Number(note.tax.decimal) > 0 ? [noteWords.tax(money(note.tax))] : []),
    ...parts,
    ...(note.reason ? [noteWords.reasons[note.reason] ?? label(note.reason)] : []),
  ].join(' · ')
}

/** The steps from an invoice to its payment, and the page where an open one is paid. */
export function InvoiceSteps({ invoice: { id, number }, isOfCustomer, onClose }: InvoiceStepsProps) {
  const query = useOperation(InvoiceTimeline, { invoice: id })
  return (
    <Dialog onClose={onClose} title={calendarWords.stepsOf(number)}>
      <PanelContent query={query}>
        {({ node }) =>
          node?.__typename === 'Invoice' && (
            <Stack align="flex-start">
              <List size="sm">
                {node.timeline.map(({ kind, at, attempt, planned, creditNote }) => (
                  <List.Item key={`${kind} ${attempt ?? creditNote?.number ?? ''} ${at}`}>
                    <time dateTime={at}>{date(at)}</time>
                    {planned && ` (${calendarWords.planned})`}:{' '}
                    {calendarWords.stepKinds[kind]?.(creditNote?.number ?? String(attempt)) ?? label(kind)}
                    {creditNote && (
                      <Text size="xs" c="dimmed">
                        {textOf(creditNote)}
                        {creditNote.pdfUrl && (
                          <>
                            {' · '}
                            <Anchor inherit underline="always" href={creditNote.pdfUrl}>
                              {noteWords.pdf}
                            </Anchor>
                          </>
                        )}
                      </Text>
                    )}
                  </List.Item>
                ))}
              </List>
              {node.paymentUrl && !isOfCustomer && (
                <Button component="a" href={node.paymentUrl}>
                  {words.pastDue.pay(money(node.amountDue))}
                </Button>
              )}
            </Stack>
          )
        }
      </PanelContent>
    </Dialog>
  )
}
