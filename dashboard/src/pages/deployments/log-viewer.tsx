import '@mantine/core/styles/InlineInput.css'
import '@mantine/core/styles/CheckboxIndicator.css'
import '@mantine/core/styles/Checkbox.css'
import './log.css'
import { Button, Checkbox, Group, Text, TextInput } from '@mantine/core'
import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { LogLine, LogsResult } from '@stackgate/react/logs'
import { OutcomeText } from '../../ui/dialogs.js'
import { Section } from '../../ui/panel.js'
import { saveFile } from '../../ui/save-file.js'
import { Select } from '../../ui/select.js'
import { deploymentWords } from '../../words/en/deployments.js'

interface LogViewerProps {
  readonly account: string
  readonly app: string
  readonly log: LogsResult
}

type Level = keyof typeof deploymentWords.log.levels

/** Words that say the level of a line. Programs write many forms; a line of the error output without one counts as an error. */
const ERROR = /\b(error|fatal|panic|critical|exception)\b/i
const WARNING = /\bwarn(ing)?\b/i
const OTHER = /\b(info|notice|debug|trace)\b/i

const isOfLevel = ({ stream, message }: LogLine, level: Level): boolean => {
  if (level === 'ALL' || ERROR.test(message)) return true
  if (WARNING.test(message)) return level === 'WARNING'
  return stream === 'stderr' && !OTHER.test(message)
}

const LEVELS = Object.entries(deploymentWords.log.levels).map(([value, name]) => ({
  value: value as Level,
  label: name,
}))

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
export function LogViewer({ account, app, log }: LogViewerProps) {
  const { log: text } = deploymentWords
  const region = useRef<HTMLDivElement>(null)
  const [search, setSearch] = useState('')
  const [level, setLevel] = useState<Level>('ALL')
  const [isWrapped, setWrapped] = useState(true)
  const lines = useMemo(() => {
    const wanted = search.trim().toLowerCase()
    return log.data?.filter((line) => isOfLevel(line, level) && line.message.toLowerCase().includes(wanted)) ?? []
  }, [log.data, search, level])
  useEffect(() => (region.current ? scrollToEnd(region.current) : undefined), [lines])
  const download = () => {
    const content = lines.map(({ ts, message }) => (ts ? `${ts} ${message}` : message)).join('\n')
    saveFile(new Blob([content], { type: 'text/plain' }), `${app}.log`)
  }
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === 'End' && !log.isFollowing) log.follow()
    if (key === 'Escape') log.pause()
  }
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
          <Button size="xs" variant="default" disabled={lines.length === 0} onClick={download}>
            {text.download}
          </Button>
        </Group>
      }
    >
      <Group gap="sm">
        <TextInput
          type="search"
          className="log-search"
          aria-label={text.search}
          placeholder={text.search}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Select aria-label={text.level} data={LEVELS} value={level} onChange={(next) => setLevel(next ?? 'ALL')} />
        <Checkbox label={text.wrap} checked={isWrapped} onChange={(event) => setWrapped(event.currentTarget.checked)} />
      </Group>
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
        className={isWrapped ? 'log log-page' : 'log log-page log-unwrapped'}
        role="log"
        aria-label={text.region(app)}
        aria-live="off"
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {lines.length > 0 ? (
          <Lines lines={lines} removedCount={lines.length === log.data?.length ? log.removedCount : 0} />
        ) : (
          <Text size="sm" c="dimmed">
            {log.data?.length ? text.noMatch : log.isReading ? text.reading : text.empty}
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
