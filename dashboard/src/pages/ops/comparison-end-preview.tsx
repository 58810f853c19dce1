import { Alert, Stack, Text } from '@mantine/core'
import { PreviewUsageComparisonEnd, type PreviewUsageComparisonEndData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, money } from '../../ui/format.js'
import { PanelContent } from '../../ui/panel.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { operationsWords } from '../../words/en/operations.js'
import { batchWords } from '../../words/en/usage-batches.js'
import { comparisonWords } from '../../words/en/usage-comparisons.js'
import { REREAD_MS } from './comparison-totals.js'
import { acceptedPreview, type AcceptedPreview } from '../../session/accepted-preview.js'
import { knownText } from '../../ui/known-text.js'
import { AccountLink } from './links.js'

const texts = comparisonWords.end.preview
type Preview = AcceptedPreview<NonNullable<PreviewUsageComparisonEndData['previewUsageComparisonEnd']>>
type Effect = Preview['effects']['nodes'][number]

const remaining = (units: number | null): string => (units === null ? texts.unlimited : count(units))

const COLUMNS: readonly Column<Effect>[] = [
  {
    name: operationsWords.account,
    by: ({ account }) => account?.name,
    cell: ({ account }) => <AccountLink account={account} />,
  },
  { name: comparisonWords.feature, by: ({ feature }) => feature?.code },
  {
    name: texts.units,
    isNumber: true,
    by: ({ requestedUnits }) => requestedUnits,
    cell: ({ requestedUnits }) => count(requestedUnits ?? 0),
  },
  {
    name: texts.before,
    isNumber: true,
    by: ({ remainingBefore }) => remainingBefore,
    cell: ({ remainingBefore }) => remaining(remainingBefore),
  },
  {
    name: texts.after,
    isNumber: true,
    place: 'line',
    by: ({ remainingAfter }) => remainingAfter,
    cell: ({ remainingAfter }) => remaining(remainingAfter),
  },
  {
    name: texts.result,
    isLong: true,
    place: 'line',
    by: ({ overageCost }) => overageCost,
    cell: ({ denied: [denied], overageCost, invoiceEffect }) =>
      denied
        ? texts.denied(denied.message)
        : overageCost
          ? texts.charged(money(overageCost), knownText(batchWords.invoices, invoiceEffect) ?? invoiceEffect)
          : texts.recorded,
  },
]

/** Effect of an end that continues the balances, by account and feature. It is read again while the dialog is open. */
export function ComparisonEndPreview({ id }: { readonly id: string }) {
  const query = useOperation(
    PreviewUsageComparisonEnd,
    { usageComparisonId: id },
    { refetchInterval: (data) => (isPreview(data) ? REREAD_MS : false) },
  )
  return (
    <section aria-label={texts.title} aria-busy={query.isPending}>
      <PanelContent query={query}>
        {({ previewUsageComparisonEnd: found }) => {
          const preview = acceptedPreview(found)
          return preview ? (
            <Stack gap="xs">
              {preview.lineCount > 0 && (
                <Text size="sm">{texts.summary(count(preview.lineCount), count(preview.deniedCount))}</Text>
              )}
              <DataTable
                name={texts.title}
                columns={COLUMNS}
                pages={allAtOnce(query, preview.effects.nodes)}
                empty={texts.none}
                keyOf={({ account, feature }) => `${account.id} ${feature?.code}`}
              />
              {preview.effects.pageInfo.hasNextPage && (
                <Text size="sm" c="dimmed">
                  {texts.part(count(preview.effects.nodes.length))}
                </Text>
              )}
            </Stack>
          ) : (
            found && (
              <Alert color="orange" title={words.refused}>
                {found.denial?.message}
              </Alert>
            )
          )
        }}
      </PanelContent>
    </section>
  )
}

const isPreview = (data: PreviewUsageComparisonEndData | undefined): boolean =>
  !!data && acceptedPreview(data.previewUsageComparisonEnd) !== null
