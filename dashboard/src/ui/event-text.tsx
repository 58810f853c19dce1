import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { deedOf } from './deed-of.js'

interface EventTextProps {
  /** The sentence of the event, which names no actor. */
  readonly summary: string
  /** Null if the event does not record it. */
  readonly actor: ReactNode
  /** True for a provider or a job, which is named only with its act. */
  readonly isSystem?: boolean
}

/** The sentence of an event: "Ann invited cem@example.com." Without an act, the actor follows it. */
export function EventText({ summary, actor, isSystem = false }: EventTextProps) {
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
      {actor && !isSystem && (
        <Text span size="sm" c="dimmed">
          {' '}
          · {actor}
        </Text>
      )}
    </>
  )
}
