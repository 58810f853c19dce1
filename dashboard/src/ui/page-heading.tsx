import { Group, Title } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'
import { useSeller } from '../session/seller.js'
import { setHeading } from './opened-page.js'

/** The heading of a page, and its title in the window. It takes the focus after a navigation. */
export function PageHeading({ children, side }: { readonly children: string; readonly side?: ReactNode }) {
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
      <Title ref={heading} order={1} tabIndex={-1}>
        {children}
      </Title>
      {side}
    </Group>
  )
}
