import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import type { TemplateFilter, TemplateOrder } from '@stackgate/client'
import { Templates } from '@stackgate/client/documents'
import type { ReactNode } from 'react'
import { count } from '../../ui/format.js'
import { PanelContent } from '../../ui/panel.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { marketWords } from '../../words/en/market.js'
import { TemplateCard } from './template-card.js'

const PAGE = 24

interface TemplateListProps {
  /** Null for visitors. Undefined until it is known. */
  readonly account: string | null | undefined
  readonly filter: TemplateFilter
  readonly order: TemplateOrder
  readonly empty: ReactNode
  readonly onTag?: (tag: string) => void
  /** Shows the first templates only. */
  readonly limit?: number
}

/** Templates as cards, page by page. */
export function TemplateList({ account, filter, order, empty, onTag, limit }: TemplateListProps) {
  const templates = useCursorPages(
    Templates,
    { account: account ?? null, filter, orderBy: order, first: limit ?? PAGE },
    (result) => result.templates,
    { enabled: account !== undefined, keepsPrevious: true },
  )
  return (
    <PanelContent query={templates.query} height={480}>
      {({ templates: page }) => {
        const nodes = templates.pieces.flat()
        if (nodes.length === 0) return empty
        return (
          <Stack>
            {!limit && (
              <Text size="sm" c="dimmed" role="status">
                {marketWords.found(nodes.length, count(page?.totalCount ?? 0))}
              </Text>
            )}
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {nodes.map((template) => (
                <TemplateCard
                  key={template.id}
                  template={template}
                  account={account ?? undefined}
                  {...(onTag ? { onTag } : {})}
                />
              ))}
            </SimpleGrid>
            {!limit && templates.hasOlder && (
              <Group justify="center">
                <Button variant="default" loading={templates.isLoadingOlder} onClick={templates.loadOlder}>
                  {marketWords.more}
                </Button>
              </Group>
            )}
          </Stack>
        )
      }}
    </PanelContent>
  )
}
