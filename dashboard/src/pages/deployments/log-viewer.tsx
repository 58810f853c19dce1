import { Button, Group, Text } from '@mantine/core'
import { memo, useEffect, useRef, type KeyboardEvent } from 'react'
import { DenialCard } from '../../ui/denial-card.js'
import { Section } from '../../ui/panel.js'
import { deploymentWords } from '../../words/en/deployments.js'
import type { LogLine, LogReader } from './use-log.js'

interface LogViewerProps {
  readonly account: string
  readonly app: string
  readonly log: LogReader
  readonly isSupported: boolean
}

/** Log of an application. It takes the focus; End follows it and Escape stops. */
export function LogViewer({ account, app, log, isSupported }: LogViewerProps) {
  const { log: text } = deploymentWords
  const region = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (region.current) region.current.scrollTop = region.current.scrollHeight
  }, [log.lines])
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
            loading={log.pending !== null && !log.isFollowing}
            onClick={log.read}
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
      {log.denial && <DenialCard key={log.denial.message} denial={log.denial} account={account} />}
      {log.error && (
        <Text c="red" size="sm" role="alert">
          {log.error}
        </Text>
      )}
      {log.isFollowing && (
        <Text size="sm" c="dimmed">
          {text.following(String(log.seconds))}
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
        {log.lines.length === 0 ? (
          <Text size="sm" c="dimmed">
            {log.pending ? text.reading : text.empty}
          </Text>
        ) : (
          <Lines lines={log.lines} removedCount={log.removedCount} />
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
