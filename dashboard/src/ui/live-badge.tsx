import { Badge } from '@mantine/core'
import { useLiveState } from '../session/live-account.js'
import { words } from '../words/en.js'
import { clockTime } from './format.js'

/** Shows if the events of the account arrive, which keep the page up to date. */
export function LiveBadge() {
  const live = useLiveState()
  const isLive = live.state === 'live'
  const text = live.state === 'waiting' ? words.live.waiting(clockTime(live.since)) : words.live[live.state]
  return (
    <Badge
      title={live.state === 'ended' ? live.error?.message : undefined}
      variant="light"
      color={isLive ? 'green' : 'gray'}
      role="status"
      className="live-badge"
      data-state={live.state}
      styles={{ label: { overflow: 'visible' } }}
    >
      {text}
    </Badge>
  )
}
