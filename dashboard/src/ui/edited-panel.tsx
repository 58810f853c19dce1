import { Button, Stack, Text } from '@mantine/core'
import { Suspense, useState, type ComponentProps, type ReactNode } from 'react'
import { Panel } from './panel.js'

interface EditedPanelProps<Item> extends Pick<ComponentProps<typeof Panel<unknown>>, 'query'> {
  readonly texts: {
    readonly title: string
    readonly text: string
    /** Shown without items. */
    readonly none: string
    /** Name of the button that opens the dialog for a new item. */
    readonly set: string
  }
  readonly isEmpty: boolean
  /** True if the reader may add an item now. */
  readonly mayAdd: boolean
  /** The items. `edit` opens the dialog for one of them. */
  readonly children: (edit: (item: Item) => void) => ReactNode
  /** The dialog for an item, or for a new one. */
  readonly dialog: (item: Item | 'new', onClose: () => void) => ReactNode
}

/** A panel with a list that is edited in a dialog. */
export function EditedPanel<Item>({ texts, query, isEmpty, mayAdd, children, dialog }: EditedPanelProps<Item>) {
  const [edited, setEdited] = useState<Item | 'new' | null>(null)
  return (
    <Panel<unknown>
      title={texts.title}
      query={query}
      actions={
        mayAdd && (
          <Button aria-haspopup="dialog" onClick={() => setEdited('new')}>
            {texts.set}
          </Button>
        )
      }
    >
      {() => (
        <Stack gap="lg">
          <Text size="sm" c="dimmed">
            {texts.text}
          </Text>
          {isEmpty && <Text>{texts.none}</Text>}
          {children(setEdited)}
          {edited !== null && <Suspense>{dialog(edited, () => setEdited(null))}</Suspense>}
        </Stack>
      )}
    </Panel>
  )
}
