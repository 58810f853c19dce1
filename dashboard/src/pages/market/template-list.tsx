import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import type { TemplateFilter, TemplateOrder } from '@stackgate/client'
import { Templates } from '@stackgate/client/documents'
import type { ReactNode } from 'react'
import { usePages } from '../../session/use-pages.js'
import { count } from '../../ui/format.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
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
  const templates = usePages(
    Templates,
    { account: account ?? null, filter, orderBy: order, first: limit ?? PAGE },
    (result) => result.templates,
    { enabled: account !== undefined },
  )
  return (
    <PanelContent query={templates} height={480}>
      {(pages) => {
        const nodes = pages.flatMap((page) => page.templates.nodes)
        if (nodes.length === 0) return empty
        return (
          <Stack>
            {!limit && (
              <Text size="sm" c="dimmed" role="status">
                {words.market.found(nodes.length, count(pages[0]!.templates.totalCount))}
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
            {!limit && templates.hasNextPage && (
              <Group justify="center">
                <Button
                  variant="default"
                  loading={templates.isFetchingNextPage}
                  onClick={() => void templates.fetchNextPage()}
                >
                  {words.market.more}
                </Button>
              </Group>
            )}
          </Stack>
        )
      }}
    </PanelContent>
  )
}
