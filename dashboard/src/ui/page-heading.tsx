import { Group, Title } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'
import { useSeller } from '../session/seller.js'
import { setHeading } from './opened-page.js'

interface PageHeadingProps {
  readonly children: string
  /** Behind the text. */
  readonly behind?: ReactNode
  /** At the end of the line. */
  readonly side?: ReactNode
}

/** The heading of a page, and its title in the window. It takes the focus after a navigation. */
export function PageHeading({ children, behind, side }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { name } = useSeller()
  useEffect(() => {
    document.title = `${children} · ${name}`
    setHeading(children)
  }, [children, name])
  // A page that was loaded after the navigation comes too late for the frame.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <Group justify="space-between" mih={32}>
      <Group gap="xs" wrap="nowrap">
        <Title ref={heading} order={1} tabIndex={-1}>
          {children}
        </Title>
        {behind}
      </Group>
      {side}
    </Group>
  )
}
