import { Button, Group, Text } from '@mantine/core'
import { memo, useEffect, useRef, type KeyboardEvent } from 'react'
import type { LogLine, LogsResult } from '@stackgate/react/logs'
import { OutcomeText } from '../../ui/dialogs.js'
import { Section } from '../../ui/panel.js'
import { deploymentWords } from '../../words/en/deployments.js'

interface LogViewerProps {
  readonly account: string
  readonly app: string
  readonly log: LogsResult
  readonly isSupported: boolean
}

/** Frames in which lines get their height: a line has no layout before it is visible. */
const LAYOUT_FRAMES = 10

/** Shows the end of a region, also while its last lines get their height. Returns the function that stops it. */
function scrollToEnd(region: HTMLElement): () => void {
  let frame = 0
  const scroll = (framesLeft: number): void => {
    region.scrollTop = region.scrollHeight
    if (framesLeft > 0) frame = requestAnimationFrame(() => scroll(framesLeft - 1))
  }
  scroll(LAYOUT_FRAMES)
  return () => cancelAnimationFrame(frame)
}

/** Log of an application. It takes the focus; End follows it and Escape stops. */
export function LogViewer({ account, app, log, isSupported }: LogViewerProps) {
  const { log: text } = deploymentWords
  const region = useRef<HTMLDivElement>(null)
  useEffect(() => (region.current ? scrollToEnd(region.current) : undefined), [log.data])
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === 'End' && !log.isFollowing) log.follow()
    if (key === 'Escape') log.pause()
  }
  if (!isSupported)
    return (
      <Section title={text.title(app)}>
        <Text size="sm">{text.unsupported}</Text>
      </Section>
    )
  return (
    <Section
      title={text.title(app)}
      actions={
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            disabled={log.isFollowing}
            loading={log.isReading && !log.isFollowing}
            onClick={() => void log.refetch()}
          >
            {text.read}
          </Button>
          <Button
            size="xs"
            variant={log.isFollowing ? 'filled' : 'default'}
            onClick={log.isFollowing ? log.pause : log.follow}
          >
            {log.isFollowing ? text.pause : text.follow}
          </Button>
        </Group>
      }
    >
      <OutcomeText outcome={{ denial: log.denial, error: log.error ?? log.failure?.error ?? null }} account={account} />
      {log.isFollowing && (
        <Text size="sm" c="dimmed">
          {text.following(String(Math.ceil(log.intervalMs / 1000)))}
        </Text>
      )}
      {log.isTruncated && (
        <Text size="sm" c="dimmed">
          {deploymentWords.result.truncated}
        </Text>
      )}
      <div
        ref={region}
        className="log"
        role="log"
        aria-label={text.region(app)}
        aria-live="off"
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {log.data?.length ? (
          <Lines lines={log.data} removedCount={log.removedCount} />
        ) : (
          <Text size="sm" c="dimmed">
            {log.isReading ? text.reading : text.empty}
          </Text>
        )}
      </div>
    </Section>
  )
}

/** Lines of a log: the time, and the message. */
export const Lines = ({ lines, removedCount = 0 }: LinesProps) =>
  lines.map((line, index) => <Line key={removedCount + index} line={line} />)

interface LinesProps {
  readonly lines: readonly LogLine[]
  /** Number of lines before the first one: a line keeps its key when others are removed. */
  readonly removedCount?: number
}

const Line = memo(({ line: { ts, stream, message, redacted } }: { readonly line: LogLine }) => (
  <div className={stream === 'stderr' ? 'log-line log-error' : 'log-line'}>
    {ts && <span className="log-time">{shortTime(ts)}</span>}
    <span>
      {message}
      {redacted && (
        <span role="img" aria-label={deploymentWords.log.redacted} title={deploymentWords.log.redacted}>
          {' ◦'}
        </span>
      )}
    </span>
  </div>
))

/** The time of day of a line, as the container wrote it. */
const shortTime = (time: string): string => /T(\d\d:\d\d:\d\d)/.exec(time)?.[1] ?? time
