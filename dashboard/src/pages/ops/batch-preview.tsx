import { Alert, List, Stack, Text } from '@mantine/core'
import { PreviewUsageBatch, type PreviewUsageBatchData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, sourceText } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { operationsWords } from '../../words/en/operations.js'
import { batchWords } from '../../words/en/usage-batches.js'
import { acceptedPreview, type AcceptedPreview } from '../../session/accepted-preview.js'
import { knownText } from '../../ui/known-text.js'
import { AccountLink } from './links.js'

const texts = batchWords
type Preview = AcceptedPreview<NonNullable<PreviewUsageBatchData['previewUsageBatch']>>
type Effect = Preview['effects']['nodes'][number]

const COLUMNS: readonly Column<Effect>[] = [
  {
    name: operationsWords.account,
    by: ({ account }) => account?.name,
    cell: ({ account }) => <AccountLink account={account} />,
  },
  { name: texts.feature, by: ({ feature }) => feature?.code },
  { name: texts.units, isNumber: true, by: ({ units }) => units },
  {
    name: texts.taken,
    cell: ({ taken }) => (
      <List size="sm" listStyleType="none">
        {taken.map(({ amount, source }) => (
          <List.Item key={sourceText(source)}>{texts.from(count(amount), sourceText(source))}</List.Item>
        ))}
      </List>
    ),
  },
  {
    name: texts.cost,
    isNumber: true,
    by: ({ overageCost }) => overageCost,
  },
  {
    name: texts.invoice,
    by: ({ invoiceEffect }) => invoiceEffect,
    cell: ({ invoiceEffect }) => knownText(texts.invoices, invoiceEffect) ?? invoiceEffect,
  },
  {
    name: texts.denied,
    isLong: true,
    by: ({ deniedCount }) => deniedCount,
    cell: ({ deniedCount, denied }) =>
      deniedCount > 0 && (
        <List size="sm" listStyleType="none">
          {denied.map(({ key, message }) => (
            <List.Item key={key}>{texts.deniedLine(key, message)}</List.Item>
          ))}
        </List>
      ),
  },
]

/** Effect of closing a batch now, by account and feature. */
export function BatchPreview({ id }: { readonly id: string }) {
  const query = useOperation(PreviewUsageBatch, { usageBatchId: id })
  return (
    <Panel title={texts.preview} query={query}>
      {({ previewUsageBatch: found }) => {
        const preview = acceptedPreview(found)
        return preview ? (
          <Stack gap="sm">
            <Text size="sm">{texts.previewOf(count(preview.lineCount), count(preview.deniedCount))}</Text>
            <DataTable
              name={texts.preview}
              columns={COLUMNS}
              pages={allAtOnce(query, preview.effects.nodes)}
              empty={texts.noLines}
              keyOf={({ account, feature }) => `${account.id} ${feature?.code}`}
            />
            {preview.effects.pageInfo.hasNextPage && (
              <Text size="sm" c="dimmed">
                {texts.previewPart(count(preview.effects.nodes.length))}
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
    </Panel>
  )
}
