import { Button, List, Stack } from '@mantine/core'
import { InvoiceTimeline } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { Dialog } from '../../ui/dialog.js'
import { date, label, money } from '../../ui/format.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { calendarWords } from '../../words/en/calendar.js'

interface InvoiceStepsProps {
  readonly invoice: { readonly id: string; readonly number: string }
  readonly onClose: () => void
}

/** The steps from an invoice to its payment, and the page where an open one is paid. */
export function InvoiceSteps({ invoice: { id, number }, onClose }: InvoiceStepsProps) {
  const query = useOperation(InvoiceTimeline, { invoice: id })
  return (
    <Dialog onClose={onClose} title={calendarWords.stepsOf(number)}>
      <PanelContent query={query}>
        {({ node }) =>
          node?.__typename === 'Invoice' && (
            <Stack align="flex-start">
              <List size="sm">
                {node.timeline.map(({ kind, at, attempt, planned }) => (
                  <List.Item key={`${kind} ${attempt ?? ''} ${at}`}>
                    <time dateTime={at}>{date(at)}</time>
                    {planned && ` (${calendarWords.planned})`}:{' '}
                    {calendarWords.stepKinds[kind]?.(String(attempt)) ?? label(kind)}
                  </List.Item>
                ))}
              </List>
              {node.paymentUrl && (
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
