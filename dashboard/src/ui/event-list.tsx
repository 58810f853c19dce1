import IconHistory from 'icon:history'
import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { AccountEvents } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { activityWords } from '../words/en/activity.js'
import { actorName } from './actor-name.js'
import { Empty } from './empty.js'
import { EventIcon } from './event-icon.js'
import { EventText } from './event-text.js'
import { date, timeOfDay } from './format.js'
import { Panel } from './panel.js'
import { QUIET_EVENTS } from './quiet-events.js'

const NOWRAP = { whiteSpace: 'nowrap' } as const

interface EventListProps {
  readonly account: string
  readonly title: string
  readonly count: number
}

/** The latest events of an account that say something to people, and a link to all of them. */
export function EventList({ account, title, count }: EventListProps) {
  const events = useOperation(AccountEvents, { account, first: count, except: QUIET_EVENTS })
  return (
    <Panel title={title} query={events} skeleton="events">
      {({ account: found }) => {
        const nodes = found?.billing?.events?.nodes ?? []
        if (nodes.length === 0) return <Empty icon={IconHistory}>{activityWords.none}</Empty>
        return (
          <Stack gap="xs">
            {[...Map.groupBy(nodes, ({ at }) => date(at))].map(([day, ofDay]) => (
              <Stack key={day} gap="xs" component="section" aria-label={day}>
                <Title order={3} size="xs" fw={500} c="dimmed">
                  {day}
                </Title>
                <Stack gap="xs" role="list">
                  {ofDay.map(({ id, type, at, summary, actor }) => (
                    <Group key={id} role="listitem" justify="space-between" wrap="nowrap" align="baseline" gap="md">
                      <Text size="sm" className="event" component="div">
                        <EventIcon type={type} />
                        <span>
                          <EventText summary={summary} actor={actorName(actor)} isSystem={actor?.kind === 'SYSTEM'} />
                        </span>
                      </Text>
                      <Text size="xs" c="dimmed" style={NOWRAP} component="time" dateTime={at}>
                        {timeOfDay(at)}
                      </Text>
                    </Group>
                  ))}
                </Stack>
              </Stack>
            ))}
            <Anchor component={Link} to={`/a/${account}/activity`} size="sm">
              {activityWords.all}
            </Anchor>
          </Stack>
        )
      }}
    </Panel>
  )
}
