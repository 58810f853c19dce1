import { Button, Text } from '@mantine/core'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { PageHeading } from '../ui/page-heading.js'
import { words } from '../words/en.js'

/** Shown instead of a page that threw an error. */
export const PageFailed = ({ error }: ErrorComponentProps) => (
  <>
    <PageHeading>{words.pageFailed.title}</PageHeading>
    <Text mb="md">{(error as Error).message}</Text>
    <Button onClick={() => location.reload()}>{words.pageFailed.reload}</Button>
  </>
)
