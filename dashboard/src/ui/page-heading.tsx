import { Group, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** The heading of a page. It takes the focus after a navigation. */
export const PageHeading = ({ children, side }: { readonly children: string; readonly side?: ReactNode }) => (
  <Group justify="space-between" mb="md">
    <Title order={1} tabIndex={-1}>
      {children}
    </Title>
    {side}
  </Group>
)
