import IconHistory from 'icon:history'
import { Anchor, Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { AccountEvents } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { activityWords } from '../words/en/activity.js'
import { actorName } from './actor-name.js'
import { Empty } from './empty.js'
import { date } from './format.js'
import { Panel } from './panel.js'

const NOWRAP = { whiteSpace: 'nowrap' } as const

interface EventListProps {
  readonly account: string
  readonly title: string
  /** Types of the events. Default: all but those of use. */
  readonly types?: readonly string[]
  readonly count: number
  /** The drawing of an event by its type. Default: none. */
  readonly drawingOf?: (type: string) => ReactNode
}

/** The latest events of an account, and a link to all of them. */
export function EventList({ account, title, types, count, drawingOf }: EventListProps) {
  const events = useOperation(AccountEvents, {
    account,
    first: count,
    ...(types ? { types } : { except: ['usage.*'] }),
  })
  return (
    <Panel title={title} query={events} skeleton={drawingOf ? 'events' : 'lines'}>
      {({ account: found }) => {
        const nodes = found?.billing?.events?.nodes ?? []
        if (nodes.length === 0) return <Empty icon={IconHistory}>{activityWords.none}</Empty>
        return (
          <Stack gap="xs">
            <Stack gap="xs" role="list">
              {nodes.map(({ id, type, at, summary, actor }) => (
                <Group key={id} role="listitem" justify="space-between" wrap="nowrap" align="baseline" gap="md">
                  <Text size="sm" className={drawingOf && 'event'} component="div">
                    {drawingOf?.(type)}
                    <span>
                      {summary}{' '}
                      {actor && (
                        <Text span size="sm" c="dimmed">
                          {activityWords.by(actorName(actor)!)}
                        </Text>
                      )}
                    </span>
                  </Text>
                  <Text size="sm" c="dimmed" style={NOWRAP} component="time" dateTime={at}>
                    {date(at)}
                  </Text>
                </Group>
              ))}
            </Stack>
            <Anchor component={Link} to={`/a/${account}/activity`} size="sm">
              {activityWords.all}
            </Anchor>
          </Stack>
        )
      }}
    </Panel>
  )
}
