import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { deedOf } from './deed-of.js'

interface EventTextProps {
  /** The sentence of the event, which names no actor. */
  readonly summary: string
  /** Null if the event does not record it. */
  readonly actor: ReactNode
}

/** The sentence of an event: "Ann invited cem@example.com." Without an act, the actor follows it. */
export function EventText({ summary, actor }: EventTextProps) {
  const deed = actor ? deedOf(summary) : null
  if (deed)
    return (
      <>
        {actor} {deed}
      </>
    )
  return (
    <>
      {summary}
      {actor && (
        <Text span size="sm" c="dimmed">
          {' '}
          · {actor}
        </Text>
      )}
    </>
  )
}
