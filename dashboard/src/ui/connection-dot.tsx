import { useConnection } from '@stackgate/react/hooks'
import { useEffect, useState } from 'react'
import { words } from '../words/en.js'
import { clockTime } from './format.js'

/** A shorter interruption is not worth a sentence. */
const SILENCE_MS = 3_000

/** A dot with the state of the connection, over which events keep the page up to date. It has a text only after a long interruption. */
export function ConnectionDot() {
  const { status, since } = useConnection()
  const [spokenSince, setSpokenSince] = useState<number | null>(null)
  const time = since?.getTime() ?? null
  useEffect(() => {
    if (time === null) return
    const timer = setTimeout(() => setSpokenSince(time), SILENCE_MS)
    return () => clearTimeout(timer)
  }, [time])
  const isLost = status === 'ended' || status === 'signed-out'
  const sentence = isLost
    ? words.live.ended
    : time !== null && spokenSince === time
      ? words.live.waiting(clockTime(time))
      : ''
  return (
    <span className="connection" data-state={status} data-lost={sentence ? true : undefined} role="status">
      {sentence}
    </span>
  )
}
