import '../../ui/timeline.css'
import { Anchor, Button, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { AccountTimeline as Document, type AccountTimelineData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { useFilter } from '../../session/use-filter.js'
import { CodeName, JsonText } from '../../ui/detail-list.js'
import { Empty } from '../../ui/empty.js'
import { EventText } from '../../ui/event-text.js'
import { date, momentInZones, timeOfDay } from '../../ui/format.js'
import { EVENT_KINDS, iconOfEvent, type EventKind } from '../../ui/event-kinds.js'
import { Icon } from '../../ui/icon.js'
import { Panel } from '../../ui/panel.js'
import { Segments } from '../../ui/segments.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { timelineWords as texts } from '../../words/en/timeline.js'
import { ActorLink } from './links.js'

type Event = NonNullable<NonNullable<NonNullable<AccountTimelineData['account']>['billing']>['events']>['nodes'][number]

type KindName = keyof typeof EVENT_KINDS

/** Types of events that are on the page of usage. */
const UNSHOWN = ['usage.recorded']

/** Types whose events need attention. */
const ALARMING =
  /\.(past_due|unpaid|payment_failed|disputed|charged_back|access_ended|quarantined|ending|stopped|disabled|change_failed)$/

const CHOICES = (Object.keys(texts.kinds) as (keyof typeof texts.kinds)[]).map((value) => ({
  value,
  label: texts.kinds[value],
}))

/** The events of an account, the newest first and day by day. The kind of the events that are shown is in the address. */
export function AccountTimeline({ account }: { readonly account: string }) {
  const [kind, choose] = useFilter('kind')
  const chosen = EVENT_KINDS[kind as KindName] as EventKind | undefined
  const pages = useCursorPages(
    Document,
    { account, ...(chosen ? { types: chosen.types } : { except: UNSHOWN }) },
    (data) => data.account?.billing?.events,
  )
  const events = pages.pieces.flat()
  return (
    <Panel title={texts.title} query={pages.query} height={400}>
      {() => (
        <Stack>
          <div>
            <Segments
              label={texts.show}
              data={CHOICES}
              value={chosen ? (kind as KindName) : 'all'}
              onChange={(value) => choose(value === 'all' ? null : value)}
            />
          </div>
          {events.length === 0 && <Empty>{chosen ? texts.noneOfKind : texts.none}</Empty>}
          <Days events={events} />
          {pages.hasOlder && (
            <div>
              <Button size="xs" variant="default" loading={pages.isLoadingOlder} onClick={pages.loadOlder}>
                {words.older}
              </Button>
            </div>
          )}
        </Stack>
      )}
    </Panel>
  )
}

const LATEST = 10

/** The latest events of an account, and a link to all of them. */
export function LatestEvents({ account }: { readonly account: string }) {
  const query = useOperation(Document, { account, first: LATEST, except: UNSHOWN })
  return (
    <Panel
      title={texts.latest}
      query={query}
      height={400}
      skeleton="events"
      actions={
        <Anchor component={Link} to="." search={{ tab: 'timeline' } as never} size="sm">
          {texts.all}
        </Anchor>
      }
    >
      {(data) => {
        const events = data.account?.billing?.events?.nodes ?? []
        return (
          <Stack>
            {events.length === 0 && <Empty>{texts.none}</Empty>}
            <Days events={events} />
          </Stack>
        )
      }}
    </Panel>
  )
}

const Days = ({ events }: { readonly events: readonly Event[] }) =>
  [...Map.groupBy(events, ({ at }) => date(at))].map(([day, ofDay]) => (
    <section key={day} aria-label={day}>
      <Title order={3} size="sm" mb="xs">
        {day}
      </Title>
      <ol className="timeline" data-icons>
        {ofDay.map((event) => (
          <Entry key={event.id} event={event} />
        ))}
      </ol>
    </section>
  ))

function Entry({ event: { type, at, summary, data, actor } }: { readonly event: Event }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <li data-type={type} data-color={ALARMING.test(type) ? 'red' : undefined}>
      <Icon of={iconOfEvent(type)} />
      <div className="timeline-line">
        <span>
          <EventText summary={summary} actor={actor && <Author actor={actor} />} isSystem={actor?.kind === 'SYSTEM'} />
        </span>
        <Text size="xs" c="dimmed" component="time" dateTime={at} title={momentInZones(at)}>
          {timeOfDay(at)}
        </Text>
      </div>
      <details className="timeline-data" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <span className="only-read">{texts.dataOf(summary)}</span>
        </summary>
        {isOpen && (
          <Stack gap={4}>
            <Text size="xs" c="dimmed">
              <CodeName name={type} />
            </Text>
            <JsonText name={texts.data} value={data} />
          </Stack>
        )}
      </details>
    </li>
  )
}

const Author = ({ actor }: { readonly actor: NonNullable<Event['actor']> }) =>
  actor.kind === 'SYSTEM' ? actor.label : <ActorLink isInText actor={actor} />
